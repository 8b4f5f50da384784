"""Wake-ups for open pages, over Redis. They carry a conversation's id and nothing else.

The log is the truth: a wake-up that is lost costs a page the two seconds until the next sweep.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any, Final

import structlog
from redis import Redis, RedisError
from sqlalchemy import select

from messaging.errors import DatabaseAway
from messaging.store.database import Database
from messaging.store.schema import conversations
from wire.clock import Clock
from wire.names import WEBCHAT

CHANNEL: Final = "webchat:news"
SWEEP_EVERY_S = 2.0
SWEEP_BACK = timedelta(seconds=10)
"""How far a sweep looks back: clocks differ, and a transaction is older than its commit."""
_LISTEN_S = 1.0
_PAUSE_S = 1.0

_log = structlog.get_logger(__name__)


class Bell:
    """Tells every edge process that a conversation has news; never fails."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        """Take a Redis client with time-outs."""
        self._redis = redis
        self._clock = clock
        self._silent_until = 0.0

    def ring(self, conversation_id: str) -> None:
        """Say that there is news."""
        if self._clock.monotonic() < self._silent_until:
            return
        try:
            self._redis.publish(CHANNEL, conversation_id)
        except RedisError as exc:
            self._silent_until = self._clock.monotonic() + _PAUSE_S
            _log.warning("chat.bell_silent", error=type(exc).__name__)


class Listener:
    """One subscriber and one sweep for all open pages of an edge process."""

    def __init__(
        self,
        *,
        redis: Redis,
        database: Database,
        wake: Callable[[str], None],
        wake_all: Callable[[], None],
        clock: Clock,
    ) -> None:
        """Take what to listen to and whom to tell; nothing is opened before `start`."""
        self._redis = redis
        self._database = database
        self._wake = wake
        self._wake_all = wake_all
        self._clock = clock
        self._stop = Event()
        self._seen: dict[str, datetime] = {}

    def start(self) -> None:
        """Begin, in threads of its own."""
        for name, work in (("chat-bell", self._listen), ("chat-sweep", self._sweep)):
            Thread(target=work, name=name, daemon=True).start()

    def stop(self) -> None:
        """End the threads."""
        self._stop.set()
        self._wake_all()

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen_until_broken()
            except RedisError as exc:
                _log.warning("chat.bell_away", error=type(exc).__name__)
                self._stop.wait(_PAUSE_S)

    def _listen_until_broken(self) -> None:
        with self._subscription() as subscription:
            subscription.subscribe(CHANNEL)
            self._wake_all()  # what was said while nobody listened
            while not self._stop.is_set():
                message = subscription.get_message(timeout=_LISTEN_S)
                if message is not None:
                    self._wake(message["data"].decode())

    def _subscription(self) -> Any:
        return self._redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]

    def _sweep(self) -> None:
        since = self._clock.now() - SWEEP_BACK
        while not self._stop.wait(SWEEP_EVERY_S):
            now = self._clock.now()
            try:
                self._sweep_since(since)
            except DatabaseAway:
                continue
            since = now - SWEEP_BACK

    def _sweep_since(self, since: datetime) -> None:
        rows = conversations.c
        with self._database.reading() as connection:
            fresh = connection.execute(
                select(rows.conversation_id, rows.last_message_at).where(
                    rows.channel == WEBCHAT, rows.last_message_at >= since
                )
            ).all()
        known, self._seen = self._seen, {}
        for conversation_id, at in fresh:
            self._seen[conversation_id] = at
            if known.get(conversation_id) != at:
                self._wake(conversation_id)
