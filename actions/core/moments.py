"""Times as a person in Staffordshire reads them."""

import math
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Europe/London")


def until(now: datetime, wait: timedelta) -> str:
    """Return the local time after a wait, rounded up to a minute: `2:15pm`, `9am on Tuesday`.

    Args:
        now: the present, aware.
        wait: from now; a later day is named.
    """
    end = (now + wait).astimezone(LOCAL)
    if end.second or end.microsecond:
        end = (end.astimezone(now.tzinfo) + timedelta(minutes=1)).astimezone(LOCAL)
    clock_time = _clock_time(end)
    if end.date() == now.astimezone(LOCAL).date():
        return clock_time
    return f"{clock_time} on {end:%A}"


def seconds(wait: timedelta) -> int:
    """Return whole seconds to wait, never fewer than there are, at least 1."""
    return max(1, math.ceil(wait.total_seconds()))


def _clock_time(local: datetime) -> str:
    if (local.hour, local.minute) == (12, 0):
        return "midday"
    if (local.hour, local.minute) == (0, 0):
        return "midnight"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"
