"""Lexicon and model put together."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from messaging.wellbeing.features import features, plain
from messaging.wellbeing.lexicon import FOREIGN, JOKING, SERIOUS, risk

THRESHOLD: Final = 0.25
"""Probability from which the model raises. Chosen on held-out messages for recall first; see
docs/decisions/0052."""

JOKING_THRESHOLD: Final = 0.85
"""The same for a text that laughs."""


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What the detector thinks of one text."""

    raised: bool
    reason: str | None = None
    """`lexicon`, `model` or None; never a word of the text."""


@dataclass(frozen=True)
class Model:
    """A linear model over features that are there or not."""

    weights: Mapping[str, float]
    bias: float

    def probability(self, text: str) -> float:
        """Return how likely a text speaks of distress or risk."""
        found = features(text)
        scale = 1.0 / math.sqrt(len(found) or 1)
        score = self.bias + scale * sum(self.weights.get(feature, 0.0) for feature in found)
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


@cache
def trained_model() -> Model:
    """Return the model that `scripts/train_wellbeing.py` made."""
    file = resources.files("messaging.wellbeing").joinpath("model.json")
    document = json.loads(file.read_text(encoding="utf-8"))
    return Model(weights=document["weights"], bias=document["bias"])


def speaks_of_risk(text: str) -> bool:
    """Tell whether a text holds a phrase of the lexicon."""
    words = plain(text)
    return any(pattern.search(words) for pattern in risk()) or bool(FOREIGN.search(text.lower()))


def assess(text: str, model: Model | None = None) -> Assessment:
    """Assess one masked text. Jokes do not raise; certainty does, laughing or not."""
    if speaks_of_risk(text):
        return Assessment(raised=True, reason="lexicon")
    lowered = text.lower()
    joking = bool(JOKING.search(lowered)) and not SERIOUS.search(lowered)
    threshold = JOKING_THRESHOLD if joking else THRESHOLD
    if (model or trained_model()).probability(text) >= threshold:
        return Assessment(raised=True, reason="model")
    return Assessment(raised=False)
