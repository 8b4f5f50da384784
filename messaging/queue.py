"""Waking the workers. Dramatiq on Redis carries "conversation X has work" and nothing else.

The database is what counts: a wake-up that is lost, late or doubled costs time, never a message,
since the ticker's sweep finds whatever no wake-up reached.
"""

import time
from typing import Any, Final

import structlog
from dramatiq import Message
from dramatiq.brokers import redis as dramatiq_redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed
from redis import RedisError

from clients.redis_link import connect
from wire.clock import Clock

TURNS: Final = "turns"
TEXTS: Final = "texts"
QUEUES: Final = (TEXTS, TURNS)

PAUSE_S = 5.0
"""How long Redis is left alone after it did not answer, so that not every request waits for it."""

LISTEN_S = 0.5
"""How long an idle consumer listens before it looks by itself; shorter than Redis's time-out."""
_FULL_PAUSE_S = 0.005
_BELLS_KEPT = 64

_log = structlog.get_logger(__name__)


class WakingBroker(RedisBroker):
    """Dramatiq's broker, but a consumer is woken by Redis in the place of asking it all the time.

    Stock: four consumer threads (two for delayed messages, which we do not have) that each ask up
    to 25 times a second, and a message waits for half of that on average.
    """

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue without its queue for delayed messages."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Put the message into the queue, then ring its bell."""
        enqueued = super().enqueue(message, delay=delay)
        bell = self.bell(message.queue_name)
        with self.client.pipeline(transaction=False) as pipeline:
            pipeline.lpush(bell, 1)
            pipeline.ltrim(bell, 0, _BELLS_KEPT - 1)
            pipeline.execute()
        return enqueued

    def bell(self, queue_name: str) -> str:
        """Return the key of a queue's bell."""
        return f"{self.namespace}:{queue_name}.bell"

    @property
    def consumer_class(self) -> Any:
        """Consumers that listen."""
        return _ListeningConsumer


# Written for Dramatiq 2.2: `__next__` returns None where there is no message, having slept for a
# while that `timeout` bounds.
class _ListeningConsumer(dramatiq_redis._RedisConsumer):
    def __init__(self, broker: WakingBroker, queue_name: str, prefetch: int, _timeout: int) -> None:
        super().__init__(broker, queue_name, prefetch, timeout=0)  # type: ignore[no-untyped-call]
        self._bell = broker.bell(queue_name)

    def __next__(self) -> Any:
        message = super().__next__()  # type: ignore[no-untyped-call]
        if message is None:
            self._listen()
        return message

    def _listen(self) -> None:
        if self.outstanding_message_count >= self.prefetch:
            time.sleep(_FULL_PAUSE_S)
            return
        try:
            self.broker.client.blpop([self._bell], timeout=LISTEN_S)
        except RedisError as exc:
            raise ConnectionClosed(exc) from None


def broker(redis_url: str) -> WakingBroker:
    """Return a broker without middleware: repeats and time limits are the database's matter."""
    return WakingBroker(  # type: ignore[no-untyped-call]
        client=connect(redis_url), middleware=[], namespace="messaging"
    )


class Wakeups:
    """Tells the workers that there is something to do; never fails."""

    def __init__(self, redis_url: str, clock: Clock) -> None:
        """Take the address of Redis; nothing is opened before the first wake-up."""
        self._broker = broker(redis_url)
        self._clock = clock
        self._silent_until = 0.0

    def close(self) -> None:
        """Close the connections to Redis."""
        self._broker.client.close()

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
