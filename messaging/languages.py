"""In which language a text is written, where that is sure enough to act on."""

import re
from functools import cache
from typing import Final, Protocol

import py3langid.langid

from messaging.translations import telling_words
from wire.placeholders import INWARD

LANGUAGES: Final = (
    "ar bg bn cs cy de el en es fa fr gu hi hu it lt lv pa pl pt ro ru sk so sq ta tr uk ur vi zh"
)
"""ISO 639-1: English and what is spoken at home in the county's schools, with some neighbours."""

SURE: Final = 0.7
"""Probability."""

SURER: Final = 0.9
"""The same for two words in plain letters ("gizza code"), and for Somali, which English in
text speech resembles ("hiya love")."""
FEW: Final = 2
RESEMBLED: Final = "so"

SHORTEST: Final = 2
"""Words in Latin letters. A single one ("hola", "howdy") is too little to tell."""


MANY_WORDS: Final = 3
FEW_WORDS: Final = 2
PART_OF_TEXT: Final = 0.34
"""Words that give a language away: so many of them, or fewer that are so much of the text."""


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


@cache
def _given_away() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(telling_words().items())


def _by_words(text: str) -> str | None:
    """Return the language that a text gives away by its commonest words."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    for language, telling in _given_away():
        found = [word for word in words if word in telling]
        enough = len(found) >= FEW_WORDS and len(found) >= PART_OF_TEXT * len(words)
        if len(set(found)) >= FEW_WORDS and (len(found) >= MANY_WORDS or enough):
            return language
    return None


def foreign_language(text: str) -> str | None:
    """Return the code of a language other than English, or None when unsure.

    ISO 639-1; `ur-Latn` for Urdu in Latin letters, which the library does not know.
    """
    text = INWARD.sub(" ", text)
    by_words = _by_words(text)
    if by_words is not None:
        return by_words
    words = text.split()
    if text.isascii() and len(words) < SHORTEST:
        return None
    if not any(character.isalpha() for character in text):
        return None
    language, probability = _identifier().classify(text)
    is_doubtful = language == RESEMBLED or (text.isascii() and len(words) <= FEW)
    sure = SURER if is_doubtful else SURE
    return language if language != "en" and probability >= sure else None
