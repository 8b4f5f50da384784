"""What is noticed in a text before Rasa reads it, and also while Rasa is down."""

from collections.abc import Mapping
from typing import Any, Final

from messaging.languages import foreign_language
from messaging.wellbeing import assess

WELLBEING: Final = "wellbeing"
LANGUAGE: Final = "language"


def notice(text: str) -> Mapping[str, Any]:
    """Return what `wire.envelope.Turn.signals` carries; nothing for most texts."""
    signals: dict[str, Any] = {}
    if assess(text).raised:
        signals[WELLBEING] = True
    language = foreign_language(text)
    if language is not None:
        signals[LANGUAGE] = language
    return signals
