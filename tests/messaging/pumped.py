"""Texts that are made to keep a pattern busy: a piece or two, again and again."""

import itertools
from collections.abc import Iterator

from messaging.cleaning import MAX_CHARACTERS

PIECES = (
    *("a", "1", " ", ".", "-", "_", "@", "'", ":", ",", "/", "#", "£", "(", "\n", "+44", "ab12"),
    *(" at ", " dot ", "(at)", "gmail.com", "com", "password ", "code ", "is ", "one ", "double "),
)
"""What the patterns of masking look for, and what stands between."""


def pumped(piece: str, end: str = "") -> str:
    """Return the longest text of one piece that has this end."""
    return (piece * MAX_CHARACTERS)[: MAX_CHARACTERS - len(end)] + end


def texts() -> Iterator[str]:
    """Yield texts of one piece and of two, also with another sign at the end."""
    for first, second in itertools.product(("", *PIECES), PIECES):
        yield pumped(first + second)
        yield pumped(first + second, end="!")
