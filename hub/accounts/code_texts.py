"""The security code itself, and the text that carries it; neither is ever stored."""

import hashlib
import hmac
from base64 import b32encode
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from pyotp import HOTP

from hub.accounts import typed_codes
from hub.accounts.hub import Hub
from hub.store.tables import Challenge

FIRST: Final = 0
"""Every challenge has one code, the first of its key's sequence."""


def code_of(hub: Hub, challenge: Challenge) -> str:
    """Derive a challenge's code.

    HOTP (RFC 4226) over a keyed hash of everything the code is bound to, so the same code can be
    sent again while nothing from which it could be read is at rest.
    """
    bound_to = "\n".join(
        (
            challenge.id,
            challenge.account_id,
            challenge.purpose,
            challenge.session,
            challenge.number_lookup,
        )
    )
    seed = hmac.new(hub.code_key, bound_to.encode(), hashlib.sha256).digest()
    return HOTP(b32encode(seed).decode(), digits=typed_codes.DIGITS).at(FIRST)


def is_code_of(hub: Hub, challenge: Challenge, typed: str) -> bool:
    """Compare six digits with a challenge's code in constant time."""
    return hmac.compare_digest(code_of(hub, challenge), typed)


def number_place(challenge_id: str) -> str:
    """Return where a challenge's number is sealed for."""
    return f"challenges.number:{challenge_id}"


def write(hub: Hub, challenge_id: str, *, asked_at: datetime) -> tuple[str, str]:
    """Return the number and the body of the text that carries a challenge's code.

    The minutes are counted from when the text was asked for, so that a hand-over which is repeated
    says the same words.
    """
    with hub.store.reading() as session:
        challenge = session.get_one(Challenge, challenge_id)
    number = hub.sealer.unseal(number_place(challenge.id), challenge.number_sealed)
    left = challenge.expires_at - asked_at
    return number, body(code_of(hub, challenge), left, hub.public_host)


def body(code: str, left: timedelta, host: str) -> str:
    """Return the text: one segment, plain characters, ending in the line that phones read.

    Source: GOV.UK Design System, "Confirm a phone number"; WICG origin-bound one-time codes.
    """
    minutes = max(1, ceil(left.total_seconds() / 60))
    return (
        f"{code} is your EHC Hub security code. It expires in {minutes} "
        f"minute{'' if minutes == 1 else 's'}. Do not share it, even with council staff."
        f"\n\n@{host} #{code}"
    )
