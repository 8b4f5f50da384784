"""Times as a person in Staffordshire reads them."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Europe/London")


def for_reading(moment: datetime) -> str:
    """Return a time as in `3:05pm on Tuesday 24 November 2026`."""
    local = moment.astimezone(LOCAL)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{hour}:{local:%M}{half} on {local:%A} {local.day} {local:%B %Y}"


def next_midnight(moment: datetime) -> datetime:
    """Return when tomorrow begins here."""
    tomorrow = moment.astimezone(LOCAL).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, LOCAL)
