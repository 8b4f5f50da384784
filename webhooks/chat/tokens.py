"""Session tokens: sealed, bound to the page's origin, good for 24 hours.

Sealing (AES-GCM) signs and hides at once: the browser never learns the conversation's id, and a
token opens only for the origin that it was made for, since the origin is the sealed value's place.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from clients.sealing import SealBroken, Sealer
from messaging.chat.links import SESSION_LIFETIME
from webhooks.chat.problems import SessionOver
from wire.clock import Clock

LIFETIME = SESSION_LIFETIME
_VERSION = 1
_MAX_CHARACTERS = 512


@dataclass(frozen=True, kw_only=True)
class Token:
    """What a token says."""

    conversation_id: str
    expires_at: datetime


class Tokens:
    """Makes and reads tokens."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        """Take the 32-byte key."""
        self._sealer = Sealer(key)
        self._clock = clock

    def make(self, conversation_id: str, *, origin: str) -> tuple[str, datetime]:
        """Return a token for this conversation on this origin, and when it ends."""
        expires_at = (self._clock.now() + LIFETIME).replace(microsecond=0)
        document = {"v": _VERSION, "c": conversation_id, "e": int(expires_at.timestamp())}
        sealed = self._sealer.seal(json.dumps(document), place=_place(origin))
        return base64.urlsafe_b64encode(sealed).decode().rstrip("="), expires_at

    def read(self, token: str, *, origin: str) -> Token:
        """Return what the token says.

        Raises:
            SessionOver: it is not ours, was made for another origin, or its time is over.
        """
        document = self._open(token, origin)
        if document.get("v") != _VERSION:
            raise SessionOver("token-invalid")
        expires_at = datetime.fromtimestamp(document["e"], UTC)
        if self._clock.now() >= expires_at:
            raise SessionOver("session-expired")
        return Token(conversation_id=document["c"], expires_at=expires_at)

    def _open(self, token: str, origin: str) -> dict[str, Any]:
        if len(token) > _MAX_CHARACTERS:
            raise SessionOver("token-invalid")
        try:
            sealed = base64.b64decode(
                token + "=" * (-len(token) % 4), altchars=b"-_", validate=True
            )
            document: dict[str, Any] = json.loads(self._sealer.open(sealed, place=_place(origin)))
        except (binascii.Error, SealBroken, ValueError) as exc:
            raise SessionOver("token-invalid") from exc
        return document


def _place(origin: str) -> str:
    return f"webchat-token {origin}"
