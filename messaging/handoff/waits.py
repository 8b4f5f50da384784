"""How long a parent has to expect to wait: from what happened, never from hope."""

import math
import statistics
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from messaging.handoff.schema import cases

LOOK_BACK: Final = timedelta(days=7)
FEWEST: Final = 5
"""Replies within that time; from fewer nothing is concluded."""
_STEP_MIN: Final = 5
_HOUR_MIN: Final = 60
_DAY_MIN: Final = 8 * _HOUR_MIN


def median_s(connection: Connection, *, now: datetime) -> float | None:
    """Return the median opening time to a first reply, in seconds; None: too few to tell."""
    seconds = list(
        connection.execute(
            select(cases.c.first_reply_s).where(
                cases.c.first_reply_at >= now - LOOK_BACK, cases.c.first_reply_s.is_not(None)
            )
        ).scalars()
    )
    return statistics.median(seconds) if len(seconds) >= FEWEST else None


def say_wait(seconds: float) -> str:
    """Return a wait in words, rounded up: "5 minutes", "2 hours", "a working day"."""
    minutes = max(_STEP_MIN, math.ceil(seconds / 60 / _STEP_MIN) * _STEP_MIN)
    if minutes < _HOUR_MIN:
        return f"about {minutes} minutes"
    if minutes < _DAY_MIN:
        hours = math.ceil(minutes / _HOUR_MIN)
        return "about 1 hour" if hours == 1 else f"about {hours} hours"
    days = math.ceil(minutes / _DAY_MIN)
    return "about 1 working day" if days == 1 else f"about {days} working days"
