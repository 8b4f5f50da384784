"""AES-GCM sealing: what lies at rest is readable only with a key from the environment."""

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12  # NIST SP 800-38D: 96 bits, from a random source


class SealBroken(ValueError):
    """A sealed value was altered, belongs elsewhere, or was sealed with another key."""


def key_from_base64(text: str) -> bytes:
    """Return the 32 bytes that a key setting holds.

    Raises:
        ValueError: the text is not base64 of 32 bytes.
    """
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as exc:
        raise ValueError("a key must be base64") from exc
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key must be base64 of {KEY_BYTES} bytes")
    return key


class Sealer:
    """Seals texts under one key, each bound to the place where it lies."""

    def __init__(self, key: bytes) -> None:
        """Take the 32-byte key."""
        self._cipher = AESGCM(key)

    def seal(self, value: str, *, place: str) -> bytes:
        """Return the value sealed; it opens only with the same place."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value.encode(), place.encode())

    def open(self, sealed: bytes, *, place: str) -> str:
        """Return the value.

        Raises:
            SealBroken: it was altered, lay in another place, or another key sealed it.
        """
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, body, place.encode()).decode()
        except (InvalidTag, ValueError) as exc:
            raise SealBroken("a sealed value does not open") from exc
