"""What a parent agrees to, and in which words."""

import hashlib
from typing import Final

from messaging.texts import Texts
from wire.names import CHANNELS

VERSION: Final = "2026-11"
"""Stored with every case. New words need a new version; `FINGERPRINT` holds the two together."""

RESPONSES: Final = (
    "utter_support_offer_open",
    "utter_support_offer_open_wait",
    "utter_support_offer_closed",
    "utter_support_offer_hours_unset",
    "utter_support_offer_choice",
    "utter_support_offer_choice_number",
)
"""The responses that make up the offer."""

FINGERPRINT: Final = "6f6d01d42b0db9c0"


def fingerprint(texts: Texts) -> str:
    """Return a hash over the words as they stand."""
    words = [
        f"{name}/{channel}/{texts.raw(name, channel=channel)}"
        for name in RESPONSES
        for channel in CHANNELS
    ]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
