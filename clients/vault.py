"""The vault: values that Rasa must never see lie here, sealed, for minutes.

A value is put in before a text goes to Rasa (or before Rasa utters a link) and only its reference
travels. Contract: `docs/contracts.md`.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from redis import Redis, RedisError

from clients.errors import ClientError, Nonsense, Unreachable
from clients.redis_link import connect
from clients.sealing import SealBroken, Sealer

MAX_LIFETIME = timedelta(minutes=15)

_REFERENCE = re.compile(r"[0-9a-f]{32}")
_NEIGHBOUR = "vault"


class VaultExpired(ClientError):
    """The reference names nothing (any more): its time is over, or it never was one."""

    def __init__(self) -> None:
        super().__init__(_NEIGHBOUR, "expired")


class Vault:
    """Puts values in and takes them out; safe to share between threads."""

    def __init__(self, redis: Redis, key: bytes) -> None:
        """Take a Redis client with time-outs (`clients.redis_link.connect`) and the 32-byte key."""
        self._redis = redis
        self._sealer = Sealer(key)

    @classmethod
    def at(cls, url: str, key: bytes) -> "Vault":
        """Return the vault in the Redis at this URL; nothing is opened before the first use."""
        return cls(connect(url), key)

    def put(self, value: str, lifetime: timedelta = MAX_LIFETIME) -> str:
        """Keep a value for a while and return its unguessable reference, 32 hexadecimal digits.

        Raises:
            ValueError: the lifetime is not between 1 second and 15 minutes.
            Unreachable: Redis did not take it; nothing is kept.
        """
        if not timedelta(seconds=1) <= lifetime <= MAX_LIFETIME:
            raise ValueError("a vault lifetime is between 1 second and 15 minutes")
        reference = secrets.token_hex(16)
        sealed = self._sealer.seal(value, place=reference)
        with _redis_trouble():
            self._redis.set(_key(reference), sealed, px=int(lifetime.total_seconds() * 1000))
        return reference

    def get(self, reference: str) -> str:
        """Return the value that a reference names; it stays until its time is over.

        Raises:
            VaultExpired: there is none; ask the person again.
            Unreachable: Redis did not answer; try again.
            Nonsense: what lies there was altered or sealed with another key.
        """
        if not _REFERENCE.fullmatch(reference):
            raise VaultExpired
        with _redis_trouble():
            sealed = self._redis.get(_key(reference))
        if sealed is None:
            raise VaultExpired
        if not isinstance(sealed, bytes):
            raise Nonsense(_NEIGHBOUR, "not bytes")
        try:
            return self._sealer.open(sealed, place=reference)
        except SealBroken as exc:
            raise Nonsense(_NEIGHBOUR, "seal broken") from exc


def _key(reference: str) -> str:
    return f"vault:{reference}"


@contextmanager
def _redis_trouble() -> Iterator[None]:
    try:
        yield
    except RedisError as exc:
        raise Unreachable(_NEIGHBOUR, type(exc).__name__) from exc
