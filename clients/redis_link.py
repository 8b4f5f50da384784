"""A Redis connection that never hangs: every call has a time-out."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT_S = 1.0
"""For connecting and for each answer; one repeat covers a connection that Redis had closed."""


def connect(url: str, *, timeout_s: float = TIMEOUT_S) -> Redis:
    """Return a client for this URL; nothing is opened before the first command."""
    return Redis.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=30,
    )
