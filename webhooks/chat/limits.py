"""Rate limits: counted in Redis for all processes, in this process while Redis is away."""

import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from threading import Lock
from typing import Final

import structlog
from redis import Redis, RedisError

from webhooks.chat.problems import TooMany
from wire.clock import Clock


@dataclass(frozen=True, kw_only=True)
class Limit:
    """So many in a window of time."""

    name: str
    most: int
    window: timedelta


MINUTE = timedelta(minutes=1)

MESSAGES: Final = Limit(name="messages", most=20, window=MINUTE)
"""Of one conversation: nobody types faster, and a press on a button is a message."""
READS: Final = Limit(name="reads", most=120, window=MINUTE)
"""Streams opened and polls of one conversation, all its tabs together."""
SECRETS: Final = Limit(name="secrets", most=60, window=MINUTE)
PHONES: Final = Limit(name="phones", most=10, window=timedelta(minutes=10))
"""Words that let a phone join."""
SESSIONS_BY_ADDRESS: Final = Limit(name="sessions", most=60, window=timedelta(minutes=10))
"""Phone networks, schools and libraries hide many people behind one address."""
MESSAGES_BY_ADDRESS: Final = Limit(name="messages-by-address", most=300, window=MINUTE)
CONFIG_BY_ADDRESS: Final = Limit(name="config", most=300, window=MINUTE)

_ONE_HOUSEHOLD_BITS = 64
_LOCAL_KEYS = 10_000
_REDIS_PAUSE_S = 5.0

_log = structlog.get_logger(__name__)


def household(address: str) -> str:
    """Return what is counted as one address: of IPv6 the /64 that one household is given whole.

    Source: RFC 6177 2: no subscriber gets less than a /64.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(IPv6Network((int(ip), _ONE_HOUSEHOLD_BITS), strict=False))


class Limiter:
    """Counts; safe to share between threads."""

    def __init__(self, redis: Redis, key: bytes, clock: Clock) -> None:
        """Take Redis and a key: addresses are counted as keyed hashes, never kept."""
        self._redis = redis
        self._key = key
        self._clock = clock
        self._lock = Lock()
        self._local: OrderedDict[str, int] = OrderedDict()
        self._redis_away_until = 0.0

    def require(self, limit: Limit, who: str) -> None:
        """Count one more for this conversation or address.

        Raises:
            TooMany: it is one too many; says when the window ends.
        """
        window_s = int(limit.window.total_seconds())
        now_s = int(self._clock.now().timestamp())
        window, passed_s = divmod(now_s, window_s)
        digest = hmac.new(self._key, f"webchat-limit {who}".encode(), hashlib.sha256).hexdigest()
        if self._count(f"webchat:limit:{limit.name}:{digest[:32]}:{window}", window_s) > limit.most:
            _log.info("chat.limited", limit=limit.name)
            raise TooMany("too-many-" + limit.name, retry_after_s=window_s - passed_s)

    def _count(self, name: str, window_s: int) -> int:
        if self._clock.monotonic() >= self._redis_away_until:
            try:
                return self._count_in_redis(name, window_s)
            except RedisError as exc:
                self._redis_away_until = self._clock.monotonic() + _REDIS_PAUSE_S
                _log.warning("chat.limits_local", error=type(exc).__name__)
        with self._lock:
            self._local[name] = self._local.pop(name, 0) + 1
            while len(self._local) > _LOCAL_KEYS:
                self._local.popitem(last=False)
            return self._local[name]

    def _count_in_redis(self, name: str, window_s: int) -> int:
        with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.incr(name)
            pipeline.expire(name, window_s + 1)
            return int(pipeline.execute()[0])
