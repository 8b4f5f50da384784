"""Time-based codes of an authenticator app (RFC 6238), reduced to what decides."""

import hmac
import secrets
from base64 import b32encode
from datetime import datetime
from typing import Final

from pyotp import HOTP, TOTP

SECRET_BYTES: Final = 20  # RFC 4226 4, R6: 160 bits
STEP_S: Final = 30
GROUP: Final = 4


def new_secret() -> str:
    """Return a new secret in base 32, as apps take it."""
    return b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def in_groups(secret: str) -> str:
    """Return a secret in groups of four, to be typed by hand; apps pass over the spaces."""
    return " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))


def uri(secret: str, *, account: str, issuer: str) -> str:
    """Return the otpauth link that a QR code shows."""
    return TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_at(moment: datetime) -> int:
    """Return the 30-second step that a moment lies in."""
    return int(moment.timestamp()) // STEP_S


def code_at(secret: str, step: int) -> str:
    """Return the six digits of a step: SHA-1, the one that every app supports."""
    return HOTP(secret).at(step)


def matching_steps(secret: str, digits: str, now: datetime, *, drift: int) -> list[int]:
    """Return the steps around now whose code this is; each of them is compared.

    Args:
        secret: in base 32.
        digits: the six digits that were typed.
        now: the present.
        drift: how many steps a telephone's clock may be before or behind.
    """
    present = step_at(now)
    return [
        step
        for step in range(present - drift, present + drift + 1)
        if hmac.compare_digest(code_at(secret, step), digits)
    ]
