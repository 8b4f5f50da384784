"""What must not lie in the log: a page fetches it from the vault, once, while it lives."""

from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from redis import Redis, RedisError

from clients.errors import ClientError
from clients.vault import MAX_LIFETIME, Vault, VaultExpired
from webhooks.chat import qr
from webhooks.chat.problems import NotNow
from webhooks.chat.qr import QrPath

_APP_LINK: Final = "otpauth://"

_log = structlog.get_logger(__name__)


class Mentions(Protocol):
    """Knows what was said in a conversation."""

    def mentions(self, conversation_id: str, reference: str) -> bool:
        """Tell whether a message of the assistant in this conversation holds the reference."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A value on its way to a page; None where it can no longer be shown to it."""

    value: str | None = None
    qr: QrPath | None = None


class Secrets:
    """Takes values out of the vault for the page that they were meant for."""

    def __init__(self, *, vault: Vault, redis: Redis, mentions: Mentions) -> None:
        """Take the vault, the Redis that remembers who fetched what, and the log."""
        self._vault = vault
        self._redis = redis
        self._mentions = mentions

    def reveal(self, conversation_id: str, reference: str, *, claim: str) -> Shown:
        """Return the value. The first page to ask gets it; the same page may ask again.

        Asking again is for an answer that was lost on the way; `claim` is the page's own id, made
        anew at every load, so neither another tab nor a page brought back shows it a second time.
        Whatever is not theirs, was fetched elsewhere or lives no longer is gone, all alike.

        Raises:
            NotNow: vault or Redis is away.
        """
        if not self._mentions.mentions(conversation_id, reference):
            return Shown()
        try:
            if not self._is_claimed_by(reference, claim):
                return Shown()
            value = self._vault.get(reference)
        except VaultExpired:
            return Shown()
        except (ClientError, RedisError) as exc:
            _log.warning("chat.secret_away", error=type(exc).__name__)
            raise NotNow from exc
        _log.info("chat.secret_shown", conversation=conversation_id)
        return Shown(value=value, qr=qr.draw(value) if value.startswith(_APP_LINK) else None)

    def _is_claimed_by(self, reference: str, claim: str) -> bool:
        name = f"webchat:secret:{reference}"
        lifetime_s = int(MAX_LIFETIME.total_seconds())
        if self._redis.set(name, claim, nx=True, ex=lifetime_s):
            return True
        return self._redis.get(name) == claim.encode()
