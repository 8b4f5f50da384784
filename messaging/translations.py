"""What is said to people who write in another language: `data/languages/*.yml`.

The assistant understands English only. In their own language people are told so, what to type, how
to reach a person, and, in danger, whom to call. Nothing of it has been signed off by the council
while a file's `reviewed` is null.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from messaging.errors import UnknownText
from messaging.texts import DATA

FOLDER: Final = DATA / "languages"
HELP: Final = ("help", "help_again")
WELLBEING: Final = ("wellbeing", "wellbeing_again")
COUNCIL: Final = "council"
"""In danger, beside the helplines: the council's numbers, where they are configured."""
CALL: Final = "call"
NAMES: Final = (*HELP, *WELLBEING, COUNCIL, CALL)

LATIN: Final = "-Latn"
"""End of the code of a language that is also written in Latin letters: goes with the language."""

_MOST_WORDS: Final = 12
"""A longer text that names a language is about something else."""
_ABOUT_SPEAKING: Final = (
    r"speak|speaks|speaking|language|translate|translated|translation|translator|interpreter|"
    r"read|write|understand|understands|understood|talk|in|only|have it"
)


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language."""

    code: str
    """ISO 639-1, with `-Latn` where it is another script than the usual one."""
    name: str
    reviewed: str | None
    """Who has signed the words off, and when; None: nobody yet."""
    called: tuple[str, ...]
    """What it is called by people who ask for it."""
    words: frozenset[str]
    """Words that give it away, where no library knows it."""
    says: Mapping[str, str]


class Translations:
    """The languages that are switched on."""

    def __init__(self, wanted: Sequence[str], folder: Path = FOLDER) -> None:
        """Read the files of these languages, and of their Latin forms.

        Raises:
            UnknownText: one has no file.
        """
        known = {language.code: language for language in _read(folder)}
        missing = [code for code in wanted if code not in known]
        if missing:
            raise UnknownText("no language file for " + ", ".join(missing))
        self._languages = {
            code: language
            for code, language in known.items()
            if code in wanted or code.removesuffix(LATIN) in wanted
        }

    def __contains__(self, code: object) -> bool:
        """Tell whether something can be said in this language."""
        return code in self._languages

    @property
    def unreviewed(self) -> list[str]:
        """The names of the languages that nobody has signed off."""
        return [one.name for one in self._languages.values() if one.reviewed is None]

    def say(self, code: str, name: str, **values: str) -> str:
        """Return one of `NAMES` in a language, its {slots} filled."""
        return self._languages[code].says[name].format(**values)

    def both(self, code: str, names: tuple[str, str]) -> tuple[str, str]:
        """Return two wordings of the same, so that none is said twice running."""
        first, again = names
        return self.say(code, first), self.say(code, again)

    def asked_for(self, text: str) -> str | None:
        """Return the language that an English text asks for ("do you speak Polish")."""
        words = text.lower()
        if len(words.split()) > _MOST_WORDS:
            return None
        for code, language in self._languages.items():
            names = "|".join(re.escape(name) for name in language.called)
            if re.search(rf"\b(?:{_ABOUT_SPEAKING})\b.*\b(?:{names})\b", words):
                return code
            if re.fullmatch(rf"\W*(?:{names})\W*(?:please|pls)?\W*", words):
                return code
        return None


@cache
def _read(folder: Path) -> Sequence[Language]:
    languages = []
    for path in sorted(folder.glob("*.yml")):
        document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        languages.append(
            Language(
                code=document["language"],
                name=document["name"],
                reviewed=document["reviewed"],
                called=tuple(document["called"]),
                words=frozenset(str(document.get("words", "")).split()),
                says={name: str(text).strip() for name, text in document["says"].items()},
            )
        )
    return languages


def telling_words(folder: Path = FOLDER) -> Mapping[str, frozenset[str]]:
    """Return, by the language's code, the words that give it away."""
    return {one.code: one.words for one in _read(folder) if one.words}
