"""One lock for all that the simulator knows, and a way to wait until something changes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from wire.clock import Clock

Found = TypeVar("Found")


class Board:
    """Guards the state. Readers hold it briefly; nobody keeps it while talking to the network."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._condition = threading.Condition(threading.RLock())
        self._version = 0

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the state to change it; whoever waits is woken afterwards."""
        with self._condition:
            yield
            self._version += 1
            self._condition.notify_all()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the state still to read it."""
        with self._condition:
            yield

    @property
    def version(self) -> int:
        """A number that grows with every change."""
        with self._condition:
            return self._version

    def wait_for(self, look: Callable[[], Found], *, timeout_s: float) -> Found:
        """Look until something (not empty, not None) is seen or the time is up; return the last."""
        deadline = self._clock.monotonic() + timeout_s
        with self._condition:
            while True:
                seen = look()
                left = deadline - self._clock.monotonic()
                if seen or left <= 0:
                    return seen
                self._condition.wait(left)

    def wait_for_change(self, seen: int, *, timeout_s: float) -> int:
        """Wait until the version is another than the one seen; return the present one."""
        with self._condition:
            self._condition.wait_for(lambda: self._version != seen, timeout_s)
            return self._version
