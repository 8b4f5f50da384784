"""What is noticed in a text before Rasa reads it, and also while Rasa is down."""

from collections.abc import Mapping
from typing import Any, Final

from messaging.languages import foreign_language
from messaging.wellbeing import assess

WELLBEING: Final = "wellbeing"
"""True: raised. The worker acts on it whatever Rasa says."""
BELIEF: Final = "wellbeing_belief"
"""What the detector believes, from 0 to 1: Rasa weighs it with what its own classifier does."""
LANGUAGE: Final = "language"


def notice(text: str) -> Mapping[str, Any]:
    """Return what `wire.envelope.Turn.signals` carries; a belief alone for most texts."""
    assessment = assess(text)
    signals: dict[str, Any] = {BELIEF: assessment.belief}
    if assessment.raised:
        signals[WELLBEING] = True
    language = foreign_language(text)
    if language is not None:
        signals[LANGUAGE] = language
    return signals
