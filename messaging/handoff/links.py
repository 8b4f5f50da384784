"""A link to the live conversation for whoever has the case: signed, short-lived, read-only."""

import base64
import binascii
import hashlib
import hmac
from datetime import timedelta
from typing import Final

from wire.clock import Clock

LIFETIME: Final = timedelta(minutes=60)
"""A mail lies about for years; every one of ours carries a fresh link."""

PATH: Final = "/helpdesk/conversations/"
_LABEL: Final = b"helpdesk link 1"
_MAC_BYTES: Final = 20


class Links:
    """Makes and reads links; knows nothing of what they show."""

    def __init__(self, base_url: str, seal_key: bytes, clock: Clock) -> None:
        """Take the edge's public address and the key that signs, derived from the seal's."""
        self._base_url = base_url
        self._key = hmac.new(seal_key, _LABEL, hashlib.sha256).digest()
        self._clock = clock

    def make(self, case_id: str) -> str:
        """Return a link that is good for an hour."""
        until = int((self._clock.now() + LIFETIME).timestamp())
        said = f"{case_id}.{until}".encode()
        token = base64.urlsafe_b64encode(said + self._mac(said)).decode().rstrip("=")
        return f"{self._base_url}{PATH}{token}"

    def read(self, token: str) -> str | None:
        """Return the case that a token opens; None: it opens none, or not any more."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        said, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(said)):
            return None
        case_id, _, until = said.decode().partition(".")
        return case_id if int(until) > self._clock.now().timestamp() else None

    def _mac(self, said: bytes) -> bytes:
        return hmac.new(self._key, said, hashlib.sha256).digest()[:_MAC_BYTES]
