"""How many segments a text takes, exactly as the networks cut it.

A text in the GSM-7 alphabet has 160 septets in one segment, 153 in each of several; any other
character makes the whole text UCS-2 with 70 or 67 UTF-16 units. A character of the extension table
(two septets) and a surrogate pair (two units) are never cut apart, so that a segment can end one
short: a plain division is wrong. Source: 3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24.1.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

MAX_SEGMENTS = 3
"""No text of ours is longer (docs: limits)."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007", " "),
        **dict.fromkeys("\u2008\u2009\u200a\u202f\u205f\u3000", " "),
        **dict.fromkeys("\u200b\u2060\ufeff\u00ad\u180e", ""),
        **dict.fromkeys("•·‣", "-"),
        "…": "...",
        "\u2028": "\n",
        "\u2029": "\n\n",
    }
)
_BREAKS = (re.compile(r"\n\s*"), re.compile(r"(?<=[.!?])\s+"), re.compile(r"\s+"))


class Encoding(StrEnum):
    """How the characters travel."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


_SINGLE = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
_JOINED = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}


@dataclass(frozen=True, kw_only=True)
class Size:
    """What a text costs."""

    encoding: Encoding
    units: int
    """Septets, or UTF-16 units."""
    segments: int


def measure(text: str) -> Size:
    """Return the size of a text; an empty one takes a segment too."""
    is_gsm = all(character in _BASIC or character in _EXTENSION for character in text)
    encoding = Encoding.GSM_7 if is_gsm else Encoding.UCS_2
    widths = list(_widths(text, encoding))
    units = sum(widths)
    if units <= _SINGLE[encoding]:
        return Size(encoding=encoding, units=units, segments=1)
    return Size(encoding=encoding, units=units, segments=_joined(widths, _JOINED[encoding]))


def plain(text: str) -> str:
    """Return the text with typographic characters in the plain form that GSM-7 has."""
    return text.translate(_PLAIN)


def split(text: str, *, max_segments: int = MAX_SEGMENTS) -> list[str]:
    """Return the text in parts of at most this many segments, cut at a line, sentence or word."""
    parts = []
    rest = text.strip()
    while measure(rest).segments > max_segments:
        end = _longest_prefix(rest, max_segments)
        cut = _best_break(rest, end)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest or not parts else parts


def joined(texts: Iterable[str], *, max_segments: int = MAX_SEGMENTS) -> list[str]:
    """Return the texts in as few as may be, each on a line of its own, in their order.

    Neighbours are joined where that costs no more segments than they cost apart.
    """
    together: list[str] = []
    for text in texts:
        if together:
            longer = f"{together[-1]}\n{text}"
            apart = measure(together[-1]).segments + measure(text).segments
            if measure(longer).segments <= min(apart, max_segments):
                together[-1] = longer
                continue
        together.append(text)
    return together


def _widths(text: str, encoding: Encoding) -> Iterator[int]:
    if encoding is Encoding.GSM_7:
        return (2 if character in _EXTENSION else 1 for character in text)
    return (2 if ord(character) > 0xFFFF else 1 for character in text)


def _joined(widths: list[int], room: int) -> int:
    segments, used = 1, 0
    for width in widths:
        if used + width > room:
            segments, used = segments + 1, 0
        used += width
    return segments


def _longest_prefix(text: str, max_segments: int) -> int:
    """Return the largest number of leading characters that fit; measure() grows with length."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]).segments <= max_segments:
            low = middle
        else:
            high = middle - 1
    return low


def _best_break(text: str, end: int) -> int:
    """Return where to cut: after a line, else a sentence, else a word, none in the first half."""
    for pattern in _BREAKS:
        cuts = [found.end() for found in pattern.finditer(text, 0, end + 1)]
        late = [cut for cut in cuts if end // 2 < cut <= end + 1]
        if late:
            return late[-1]
    return end
