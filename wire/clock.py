"""The one place that asks what time it is."""

import time
from datetime import datetime, timezone
from typing import Protocol


class Clock(Protocol):
    """Time as a dependency, so that tests can move it."""

    def now(self) -> datetime:
        """Return the present as an aware UTC time."""

    def monotonic(self) -> float:
        """Return seconds that only go forward, for waiting and measuring."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present as an aware UTC time."""
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        """Return seconds that only go forward, for waiting and measuring."""
        return time.monotonic()
