"""In which language a text is written, where that is sure enough to act on."""

from functools import cache
from typing import Final, Protocol

import py3langid.langid

LANGUAGES: Final = (
    "ar bg bn cs cy de el en es fa fr gu hi hu it lt lv pa pl pt ro ru sk so sq ta tr uk ur vi zh"
)
"""ISO 639-1: English and what is spoken at home in the county's schools, with some neighbours."""

SURE: Final = 0.7
"""Probability. Of 8,508 of our English examples 6 pass as foreign at it."""

SHORTEST: Final = 2
"""Words in Latin letters. A single one ("hola", "howdy") is too little to tell."""


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]:
        """Return the likeliest language and its probability."""


@cache
def _identifier() -> _Identifier:
    identifier = py3langid.langid.LanguageIdentifier.from_model_file(
        py3langid.langid.MODEL_FILE, norm_probs=True
    )
    identifier.set_languages(LANGUAGES.split())
    return identifier  # type: ignore[no-any-return]


def foreign_language(text: str) -> str | None:
    """Return the ISO 639-1 code of a language other than English, or None when unsure."""
    words = text.split()
    if text.isascii() and len(words) < SHORTEST:
        return None
    if not any(character.isalpha() for character in text):
        return None
    language, probability = _identifier().classify(text)
    return language if language != "en" and probability >= SURE else None
