"""Encryption of what must be read again, keyed hashes of what is only looked up.

Both take several keys: the first makes what is new, all are tried on what is old, so that a key
can be replaced while the hub runs (`python -m hub reseal` then brings the old rows along).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION: Final = "1"
NONCE_BYTES: Final = 12


class CannotUnseal(Exception):
    """Sealed with a key that is not there, altered, or moved to another place."""


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"ehc-hub seal key id" + key).hexdigest()[:8]


class Sealer:
    """AES-256-GCM, bound to the place (table, column and row) that a value is kept in."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self._current = _key_id(keys[0])

    def seal(self, place: str, value: str) -> str:
        """Return the value encrypted for this place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, value.encode(), place.encode())
        encoded = base64.urlsafe_b64encode(nonce + sealed).decode()
        return f"{VERSION}.{self._current}.{encoded}"

    def unseal(self, place: str, sealed: str) -> str:
        """Return the value.

        Raises:
            CannotUnseal: unknown key, altered, or from another place.
        """
        try:
            version, key_id, encoded = sealed.split(".")
            if version != VERSION:
                raise CannotUnseal("unknown version")
            raw = base64.urlsafe_b64decode(encoded)
            opened = self._ciphers[key_id].decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()
            )
        except (ValueError, KeyError, InvalidTag) as exc:
            raise CannotUnseal(type(exc).__name__) from exc
        return opened.decode()

    @property
    def current_prefix(self) -> str:
        """What every value that is sealed with the first key begins with."""
        return f"{VERSION}.{self._current}."


class Lookup:
    """Keyed hashes (HMAC-SHA256) of addresses, numbers and invitation codes."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = tuple(keys)

    def of(self, kind: str, value: str) -> str:
        """Return the hash to store."""
        return self.all_of(kind, value)[0]

    def all_of(self, kind: str, value: str) -> tuple[str, ...]:
        """Return the hashes to look for: under every accepted key."""
        message = f"{kind}:{value}".encode()
        return tuple(hmac.new(key, message, hashlib.sha256).hexdigest() for key in self._keys)


def hash_token(token: str) -> str:
    """Return what is stored of a 256-bit token; too long to guess, so no key is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
