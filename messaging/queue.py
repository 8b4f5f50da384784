"""Waking the workers. Dramatiq on Redis carries "conversation X has work" and nothing else.

The database is what counts: a wake-up that is lost, late or doubled costs time, never a message,
since the ticker's sweep finds whatever no wake-up reached.
"""

from typing import Final

import structlog
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from redis import RedisError

from clients.redis_link import connect
from wire.clock import Clock

TURNS: Final = "turns"
TEXTS: Final = "texts"
QUEUES: Final = (TEXTS, TURNS)

PAUSE_S = 5.0
"""How long Redis is left alone after it did not answer, so that not every request waits for it."""

_log = structlog.get_logger(__name__)


def broker(redis_url: str) -> RedisBroker:
    """Return a broker without middleware: repeats and time limits are the database's matter."""
    return RedisBroker(client=connect(redis_url), middleware=[], namespace="messaging")


class Wakeups:
    """Tells the workers that there is something to do; never fails."""

    def __init__(self, redis_url: str, clock: Clock) -> None:
        """Take the address of Redis; nothing is opened before the first wake-up."""
        self._broker = broker(redis_url)
        self._clock = clock
        self._silent_until = 0.0

    def turn(self, conversation_id: str) -> None:
        """Say that a message of this conversation waits for its turn."""
        self._wake(TURNS, conversation_id)

    def texts(self, conversation_id: str) -> None:
        """Say that a text of this conversation waits to be sent."""
        self._wake(TEXTS, conversation_id)

    def _wake(self, queue: str, conversation_id: str) -> None:
        if self._clock.monotonic() < self._silent_until:
            return
        message: Message[None] = Message(
            queue_name=queue, actor_name=queue, args=(conversation_id,), kwargs={}, options={}
        )
        try:
            self._broker.enqueue(message)
        except RedisError as exc:
            self._silent_until = self._clock.monotonic() + PAUSE_S
            _log.warning("wakeup.lost", error=type(exc).__name__)
