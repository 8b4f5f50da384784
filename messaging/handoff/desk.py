"""The helpdesk as a parent may know it, and how things stand there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from messaging.handoff import waits
from messaging.handoff.hours import Hours, say_when


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The helpdesk as the parent may know it; what the council has not set is None."""

    adapter: str
    team: str
    hours: Hours | None = None
    wait: str | None = None
    """What is said of the wait until there are enough replies to count."""

    def open_seconds(self, since: datetime, until: datetime) -> int:
        """Return how much of a span counts as waiting: all of it where no hours are set."""
        if self.hours is None:
            return max(0, int((until - since).total_seconds()))
        return self.hours.open_seconds(since, until)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """How things stand at the helpdesk at this moment."""

    is_open: bool | None
    """None: no hours are set, so nothing is said of them."""
    back: str | None
    """When they open next, in words."""
    wait: str | None
    """How long a reply usually takes, in words."""


def facts_of(connection: Connection, desk: Desk, *, now: datetime) -> Facts:
    """Return how things stand at the helpdesk now."""
    seconds = waits.median_s(connection, now=now)
    wait = desk.wait if seconds is None else waits.say_wait(seconds)
    if desk.hours is None:
        return Facts(is_open=None, back=None, wait=wait)
    if desk.hours.is_open(now):
        return Facts(is_open=True, back=None, wait=wait)
    opening = desk.hours.next_opening(now)
    return Facts(is_open=False, back=None if opening is None else say_when(opening, now), wait=wait)
