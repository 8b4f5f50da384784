"""A value found in a text, and how overlapping finds are settled."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Span:
    """One value: where it stands, of which kind it is."""

    start: int
    end: int
    kind: str
    """One of `wire.placeholders.KINDS`."""
    value: str | None = None
    """What the value means where it was spelled out in words; None: exactly what was typed."""


def settle(spans: Iterable[Span]) -> list[Span]:
    """Return spans that do not overlap, in the order of the text; the earlier listed one wins."""
    kept: list[Span] = []
    for span in spans:
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)
