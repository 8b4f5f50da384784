"""Lexicon and model put together."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from messaging.wellbeing.features import features, plain, windows
from messaging.wellbeing.lexicon import FOREIGN, JOKING, SERIOUS, risk

MODEL: Final = resources.files("messaging.wellbeing").joinpath("model.json")

THRESHOLD: Final = 0.4
"""Probability from which the model raises. Chosen by cross-validation for recall first; see
docs/decisions/0052."""

WINDOW_THRESHOLD: Final = 0.8
"""The same for some neighbouring words of a longer text."""

JOKING_THRESHOLD: Final = 0.85
"""The same for a text that laughs, whole or in part."""

SURE: Final = 0.9
WINDOW_SURE: Final = 0.95
"""Probabilities from which no other reader is asked (docs/decisions/0055)."""


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What the detector thinks of one text."""

    raised: bool
    reason: str | None = None
    """`lexicon`, `model` or None; never a word of the text."""
    belief: float = 0.0
    """From 0 to 1, of the whole text or its most alarming part; 1: no other reader is asked."""


@dataclass(frozen=True)
class Model:
    """A linear model over features that are there or not."""

    weights: Mapping[str, float]
    bias: float

    def probability(self, text: str) -> float:
        """Return how likely a text speaks of distress or risk."""
        found = features(text).items()
        score = self.bias + sum(self.weights.get(name, 0.0) * weight for name, weight in found)
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


@cache
def trained_model() -> Model:
    """Return the model that `scripts/train_wellbeing.py` made."""
    document = json.loads(MODEL.read_text(encoding="utf-8"))
    return Model(weights=document["weights"], bias=document["bias"])


def speaks_of_risk(text: str) -> bool:
    """Tell whether a text holds a phrase of the lexicon."""
    words = plain(text)
    return any(pattern.search(words) for pattern in risk()) or bool(FOREIGN.search(text.lower()))


def assess(text: str, model: Model | None = None) -> Assessment:
    """Assess one masked text. Jokes do not raise; certainty does, laughing or not."""
    if speaks_of_risk(text):
        return Assessment(raised=True, reason="lexicon", belief=1.0)
    lowered = text.lower()
    joking = bool(JOKING.search(lowered)) and not SERIOUS.search(lowered)
    model = model or trained_model()
    whole = model.probability(text)
    part = max((model.probability(part) for part in windows(text)), default=0.0)
    least = JOKING_THRESHOLD if joking else 0.0
    raised = whole >= max(THRESHOLD, least) or part >= max(WINDOW_THRESHOLD, least)
    is_sure = not joking and (whole >= SURE or part >= WINDOW_SURE)
    return Assessment(
        raised=raised,
        reason="model" if raised else None,
        belief=1.0 if is_sure else round(max(whole, part), 4),
    )
