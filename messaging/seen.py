"""Which webhooks have been dealt with: a quick memory in Redis, before the database is asked.

The unique key in the database decides. This only spares it the carrier's repeats and replays, so it
says "done" of nothing that is not committed, and nothing at all while Redis is away.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog
from redis import Redis, RedisError

from wire.clock import Clock

KEPT: Final = timedelta(hours=48)
PAUSE_S: Final = 5.0

_CLAIMED: Final = b"claimed"
_DONE: Final = b"done"

_log = structlog.get_logger(__name__)


class Seen:
    """Claims ids; safe to share between threads."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        """Take a Redis client with time-outs."""
        self._redis = redis
        self._clock = clock
        self._silent_until = 0.0

    def is_done(self, external_id: str) -> bool:
        """Claim the id (SET NX); True: it was dealt with, and that is committed."""
        key = _key(external_id)
        if self._ask(lambda: self._redis.set(key, _CLAIMED, nx=True, ex=KEPT)):
            return False
        # Two commands: `SET … NX GET` is known to Redis 7 only.
        return self._ask(lambda: self._redis.get(key)) == _DONE

    def done(self, external_id: str) -> None:
        """Note that the id is committed."""
        self._ask(lambda: self._redis.set(_key(external_id), _DONE, ex=KEPT))

    def _ask(self, call: Callable[[], object]) -> object:
        if self._clock.monotonic() < self._silent_until:
            return None
        try:
            return call()
        except RedisError as exc:
            self._silent_until = self._clock.monotonic() + PAUSE_S
            _log.warning("seen.redis_away", error=type(exc).__name__)
            return None


def _key(external_id: str) -> str:
    return f"messaging:seen:{external_id}"
