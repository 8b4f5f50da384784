"""Is a text one of distress? The beliefs of three readers, weighed together.

Two are halves of the classifier, one is the detector that stands before Rasa. Weights and borders
come from what the three believed of our own examples out of fold: docs/decisions/0055.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

CERTAIN: Final = 1.0
"""What the detector believes of a phrase of its lexicon, or when sure of itself."""

_ENCODER: Final = 0.78
_CHARACTERS: Final = 0.34
_DETECTOR: Final = 0.27
_OFFSET: Final = 0.3
WHOLE_FROM: Final = -2.2
"""Weighed log odds from which a text is read as distress: 1 to 9, since a needless kind word costs
less than a missed cry."""
CLAUSE_FROM: Final = 0.0
"""The same for one clause of it, where the odds have to be even."""
_LEAST: Final = 1e-4


@dataclass(frozen=True)
class Beliefs:
    """How likely each half of the classifier holds distress to be, of one text or clause."""

    encoder: float
    characters: float


def is_distress(pieces: Sequence[Beliefs], heard: float) -> bool:
    """Tell whether a text is to be read as distress.

    Args:
        pieces: of the whole text, then of each clause; empty: the classifier says nothing.
        heard: the detector's belief, of the whole text or its most alarming part.
    """
    if heard >= CERTAIN:
        return True
    return any(
        _weighed(piece, heard) >= (CLAUSE_FROM if number else WHOLE_FROM)
        for number, piece in enumerate(pieces)
    )


def _weighed(piece: Beliefs, heard: float) -> float:
    return (
        _ENCODER * _log_odds(piece.encoder)
        + _CHARACTERS * _log_odds(piece.characters)
        + _DETECTOR * _log_odds(heard)
        + _OFFSET
    )


def _log_odds(belief: float) -> float:
    kept = min(max(belief, _LEAST), 1.0 - _LEAST)
    return math.log(kept / (1.0 - kept))
