"""How many segments a text takes, exactly as a phone network splits it.

Source: 3GPP TS 23.038 (GSM-7 alphabet and its extension table) and TS 23.040 (concatenation).
"""

from dataclasses import dataclass
from enum import StrEnum

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")


class Encoding(StrEnum):
    """How a text is written on the air."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """Units (septets or 16-bit words) that fit into one text alone, and into each of several."""

    alone: int
    each: int


CAPACITY = {
    Encoding.GSM7: Capacity(alone=160, each=153),
    Encoding.UCS2: Capacity(alone=70, each=67),
}


@dataclass(frozen=True, kw_only=True)
class Weight:
    """What a text costs."""

    encoding: Encoding
    units: int
    segments: int


def encoding_of(text: str) -> Encoding:
    """Return the alphabet that a text needs."""
    fits = all(character in BASIC or character in EXTENSION for character in text)
    return Encoding.GSM7 if fits else Encoding.UCS2


def _units(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if character in EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def weigh(text: str) -> Weight:
    """Count a text's segments; an escape pair or surrogate pair is never split over two.

    An empty text is sent as one empty segment.
    """
    encoding = encoding_of(text)
    capacity = CAPACITY[encoding]
    sizes = [_units(character, encoding) for character in text]
    units = sum(sizes)
    if units <= capacity.alone:
        return Weight(encoding=encoding, units=units, segments=1)
    segments, filled = 1, 0
    for size in sizes:
        if filled + size > capacity.each:
            segments, filled = segments + 1, 0
        filled += size
    return Weight(encoding=encoding, units=units, segments=segments)
