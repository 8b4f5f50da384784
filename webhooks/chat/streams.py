"""Open event streams: how many there may be, what flows in one, and how one is woken."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Lock
from typing import Any, Protocol

from messaging import metrics
from messaging.chat.entries import Reading, State
from messaging.errors import DatabaseAway
from webhooks.chat import documents
from webhooks.chat.problems import TooMany
from wire.clock import Clock

PAGE = 100
KEEP_ALIVE_S = 20.0
LONGEST_S = 600.0
"""A stream ends by itself; the page comes back with its cursor, to whichever process answers."""
RETRY_MS = 3000

Read = Callable[[int, int], Reading]
"""Reads what comes after a cursor: cursor, at most so many."""


class Waiter(Protocol):
    """Waits for news of one conversation."""

    def wait(self, timeout_s: float) -> bool:
        """Return True as soon as there may be news; False when the time is over."""

    @property
    def is_over(self) -> bool:
        """Tell whether this process ends: the page comes back, to another one."""


class WakeBoard:
    """Who waits for which conversation in this process."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._lock = Lock()
        self._waiting: dict[str, set[Event]] = {}
        self._closed = Event()

    @contextmanager
    def waiting(self, conversation_id: str) -> Iterator["EventWaiter"]:
        """Wait for a conversation; what happens from here on is not missed."""
        event = Event()
        with self._lock:
            self._waiting.setdefault(conversation_id, set()).add(event)
        try:
            yield EventWaiter(event, self._closed)
        finally:
            with self._lock:
                events = self._waiting[conversation_id]
                events.discard(event)
                if not events:
                    del self._waiting[conversation_id]

    def wake(self, conversation_id: str) -> None:
        """Wake whoever waits for this conversation."""
        with self._lock:
            for event in self._waiting.get(conversation_id, ()):
                event.set()

    def wake_all(self) -> None:
        """Wake everybody: news may have been missed."""
        with self._lock:
            for events in self._waiting.values():
                for event in events:
                    event.set()

    def close(self) -> None:
        """Let everybody who waits, now or later, end."""
        self._closed.set()
        self.wake_all()

    def waited_for(self) -> list[str]:
        """Return the conversations that somebody waits for."""
        with self._lock:
            return list(self._waiting)


class EventWaiter:
    """A waiter on this process's own event."""

    def __init__(self, event: Event, closed: Event) -> None:
        """Take the event that a wake-up sets, and the one of the process's end."""
        self._event = event
        self._closed = closed

    @property
    def is_over(self) -> bool:
        """Tell whether this process ends."""
        return self._closed.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Return True as soon as there may be news; False when the time is over."""
        is_woken = self._event.wait(timeout_s)
        self._event.clear()
        return is_woken


class StreamPlaces:
    """How many streams may be open at once: in this process, and in one conversation."""

    def __init__(self, *, most: int, most_each: int) -> None:
        """Take the limits."""
        self._most = most
        self._most_each = most_each
        self._lock = Lock()
        self._open: Counter[str] = Counter()

    @contextmanager
    def taken(self, conversation_id: str) -> Iterator[None]:
        """Hold a place.

        Raises:
            TooMany: none is free; the page polls instead.
        """
        with self._lock:
            if self._open[conversation_id] >= self._most_each or self._open.total() >= self._most:
                raise TooMany("too-many-streams", retry_after_s=1)
            self._open[conversation_id] += 1
        metrics.STREAMS.inc()
        try:
            yield
        finally:
            metrics.STREAMS.dec()
            with self._lock:
                self._open[conversation_id] -= 1
                if self._open[conversation_id] <= 0:
                    del self._open[conversation_id]


def drop_if_slow(environ: Mapping[str, Any], slow_s: float) -> None:
    """Let a write that the reader does not take for so many seconds end with its connection.

    gunicorn hands its socket over in the environment; other servers have their own limits.
    """
    connection = environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(slow_s)


def flow(read: Read, waiter: Waiter, *, after: int, until: datetime, clock: Clock) -> Iterator[str]:
    """Yield a conversation from a cursor on, as server-sent events.

    Nothing is queued for a slow reader: what it has not taken stays in the log, and the next piece
    is read when the one before it is gone. An away database ends the stream; the page comes back.
    An ended conversation ends it too, and so does the end of the token.
    """
    left_s = (until - clock.now()).total_seconds()
    ends_at = clock.monotonic() + min(LONGEST_S, left_s)
    yield f"retry: {RETRY_MS}\n\n"
    told: State | None = None
    while True:
        try:
            reading = read(after, PAGE)
        except DatabaseAway:
            return
        if not reading.is_open:
            return
        for one in reading.entries:
            after = one.seq
            yield documents.event("message", documents.entry(one), id_=one.seq)
        if reading.more:
            continue
        if reading.state != told:
            told = reading.state
            yield documents.event("state", documents.state(told))
        while not waiter.wait(KEEP_ALIVE_S):
            if waiter.is_over or clock.monotonic() >= ends_at:
                return
            yield ": still here\n\n"
        if waiter.is_over or clock.monotonic() >= ends_at:
            return


def poll(read: Read, waiter: Waiter, *, after: int, wait_s: float, clock: Clock) -> Reading:
    """Return what comes after a cursor, waiting a while for it.

    Raises:
        DatabaseAway: the log cannot be read.
    """
    ends_at = clock.monotonic() + wait_s
    while True:
        reading = read(after, PAGE)
        left_s = ends_at - clock.monotonic()
        is_news = bool(reading.entries) or not reading.is_open
        if is_news or left_s <= 0 or waiter.is_over or not waiter.wait(left_s):
            return reading
