"""What must not lie in the log: a page fetches it from the vault, once, while it lives."""

from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from redis import Redis, RedisError

from clients.errors import ClientError
from clients.vault import MAX_LIFETIME, Vault, VaultExpired
from webhooks.chat import qr
from webhooks.chat.problems import NotNow, SecretGone
from webhooks.chat.qr import QrPath

_APP_LINK: Final = "otpauth://"

_log = structlog.get_logger(__name__)


class Mentions(Protocol):
    """Knows what was said in a conversation."""

    def mentions(self, conversation_id: str, reference: str) -> bool:
        """Tell whether a message of the assistant in this conversation holds the reference."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A value on its way to a page."""

    value: str
    qr: QrPath | None


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

        Raises:
            SecretGone: not theirs, fetched elsewhere, or its time is over.
            NotNow: vault or Redis is away.
        """
        if not self._mentions.mentions(conversation_id, reference):
            raise SecretGone
        try:
            self._take_claim(reference, claim)
            value = self._vault.get(reference)
        except VaultExpired as exc:
            raise SecretGone from exc
        except (ClientError, RedisError) as exc:
            _log.warning("chat.secret_away", error=type(exc).__name__)
            raise NotNow from exc
        _log.info("chat.secret_shown", conversation=conversation_id)
        return Shown(value=value, qr=qr.draw(value) if value.startswith(_APP_LINK) else None)

    def _take_claim(self, reference: str, claim: str) -> None:
        name = f"webchat:secret:{reference}"
        is_first = self._redis.set(name, claim, nx=True, ex=int(MAX_LIFETIME.total_seconds()))
        if not is_first and self._redis.get(name) != claim.encode():
            raise SecretGone
