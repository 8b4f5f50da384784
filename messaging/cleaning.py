"""What a carrier hands over, made fit to store and to read."""

import base64
import binascii
import re

MAX_CHARACTERS = 1600
"""The longest text that a carrier joins together (Twilio: error 21617 the other way)."""

# C0 and C1 controls but line feed and tab, and what has no place outside a pair.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BASE64 = re.compile(r"[A-Za-z0-9+/\n\r]+={0,2}")
_SHORTEST_BASE64 = 60
_MOST_ASCII = 0.5


def clean(text: str) -> str:
    """Return the text without NUL and other characters that no database or model can take."""
    return _CONTROLS.sub("", _decode_joined(text.strip()).replace("\r\n", "\n")).strip()


def _decode_joined(text: str) -> str:
    """Undo the base64 in which some networks hand over a text of several parts.

    Only what can hardly be anything else is decoded: long, the alphabet, a multiple of four, and
    mostly ASCII inside.
    """
    if len(text) < _SHORTEST_BASE64 or len(text) % 4 or not _BASE64.fullmatch(text):
        return text
    try:
        decoded = base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return text
    printable = sum(character.isascii() and character.isprintable() for character in decoded)
    return decoded if printable > len(decoded) * _MOST_ASCII else text
