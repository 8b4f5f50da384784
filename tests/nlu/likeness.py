"""How alike two short texts are, for finding near-duplicates."""

import re

SHORTEST = 3
"""Words. Shorter messages ("hello", "no thanks") are everybody's."""

ALIKE = 0.75
"""Shared character trigrams over all, from which two texts count as the same message."""


def words(text: str) -> list[str]:
    """Return the words of a text, spelling marks aside."""
    return re.findall(r"\w+", re.sub(r"['’]", "", text.lower()))


def pieces(text: str) -> frozenset[str]:
    """Return the character trigrams of a text's words."""
    padded = f" {' '.join(words(text))} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the share of common trigrams, 0 to 1."""
    common = len(first & second)
    return common / (len(first) + len(second) - common) if common else 0.0
