"""How long each side waits before something is said or done."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

WRAPS_UP_FOR: Final = timedelta(hours=24)
KEEPS_TICKET_FOR: Final = timedelta(days=7)
"""After that the assistant answers again; the ticket stays, and so does a late reply's way back."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long each side waits before something is said or done; settings of the council."""

    holding_after: timedelta = timedelta(minutes=5)
    gives_up_after: timedelta = timedelta(minutes=20)
    silent_after: timedelta = timedelta(minutes=30)
    """A person who has not answered the parent for so long is not at the desk any more."""
