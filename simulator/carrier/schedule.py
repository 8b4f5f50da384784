"""What happens in a moment: short steps in order of time, and calls that may take long."""

import heapq
import itertools
import queue
import threading
from collections.abc import Callable

import structlog

from wire.clock import Clock

log = structlog.get_logger(__name__)

CALLERS = 32
"""Webhooks and callbacks under way at once."""

Step = Callable[[], None]


class Schedule:
    """One thread runs steps in the order of their time; others make the calls.

    All of them are daemons: an application that hangs must not keep the simulator from stopping.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._condition = threading.Condition()
        self._steps: list[tuple[float, int, Step]] = []
        self._order = itertools.count()
        self._calls: queue.SimpleQueue[Step | None] = queue.SimpleQueue()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)
        self._thread.start()
        for place in range(CALLERS):
            threading.Thread(target=self._make_calls, name=f"call-{place}", daemon=True).start()

    def after(self, delay_s: float, step: Step) -> None:
        """Run a short step (no network) in so many seconds; equal times keep their order."""
        with self._condition:
            entry = (self._clock.monotonic() + delay_s, next(self._order), step)
            heapq.heappush(self._steps, entry)
            self._condition.notify()

    def call(self, step: Step, *, delay_s: float = 0.0) -> None:
        """Run something that may take long, beside everything else."""
        if delay_s > 0:
            self.after(delay_s, lambda: self._calls.put(step))
        else:
            self._calls.put(step)

    def close(self) -> None:
        """Forget what has not begun; wait for the thread, not for calls under way."""
        with self._condition:
            self._is_closed = True
            self._steps.clear()
            self._condition.notify()
        self._thread.join()
        for _caller in range(CALLERS):
            self._calls.put(None)

    def forget(self) -> None:
        """Drop every step that has not begun."""
        with self._condition:
            self._steps.clear()

    def _next(self) -> Step | None:
        with self._condition:
            while not self._is_closed:
                wait = self._steps[0][0] - self._clock.monotonic() if self._steps else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._steps)[2]
                self._condition.wait(wait)
        return None

    def _run(self) -> None:
        while (step := self._next()) is not None:
            _guarded(step)

    def _make_calls(self) -> None:
        while (step := self._calls.get()) is not None:
            if not self._is_closed:
                _guarded(step)


def _guarded(step: Step) -> None:
    try:
        step()
    except Exception:
        log.exception("schedule.step_failed")
