"""What a page is told before anybody writes: words, links, whom to reach, limits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from messaging.handoff.hours import Hours
from webhooks.chat.documents import rfc3339
from webhooks.chat.requests import MAX_CHARACTERS

ENGLISH = "en"
"""The language of the element's own words."""

STARTERS = (
    "I have an invitation to register",
    "My invitation has not come",
    "My security code has not come",
    "I cannot sign in",
)


_STARTERS_LIST = "starters_list"
"""How the file of words names them; `starters` is the sentence before them."""


class TextsNotReadable(ValueError):
    """The file of words is not `{"<language>": {"<name>": "<words>", "starters_list": ["…"]}}`."""


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    """What a council says in one language."""

    texts: Mapping[str, str] = field(default_factory=dict)
    starters: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """The council's words and details; an unset one is left out, never invented."""

    phone: str | None = None
    email: str | None = None
    hours: str | None = None
    privacy_url: str | None = None
    sms_number: str | None = None
    notice: str | None = None
    starters: Sequence[str] = STARTERS
    own: Mapping[str, OwnWords] = field(default_factory=dict)
    """Own words by language; the element has English ones for whatever is missing."""
    told: Mapping[str, str] = field(default_factory=dict)
    """English words that follow from the settings; own words go before them."""
    desk: Hours | None = None
    """When people are there; None: not set, so nothing is said of now."""

    def document(self, lang: str, now: datetime) -> dict[str, Any]:
        """Return the answer of `GET /v1/config` in a language.

        Its `lang` is that of the words: English where there are none in the language asked for, so
        that a screen reader does not read English words out as Polish ones; `english` names the
        words that are English all the same.
        """
        own = self.own.get(lang) or self.own.get(lang.split("-")[0])
        english = self.own.get(ENGLISH, OwnWords())
        ours = own or english
        texts = {**self.told, **english.texts}
        return {
            "texts": {**texts, **ours.texts},
            "lang": lang if own else ENGLISH,
            "english": sorted(self._left_in_english(texts, own)),
            "starters": list(ours.starters or english.starters or self.starters),
            "contact": {
                "phone": self.phone,
                "email": self.email,
                "hours": self.hours,
                **self._now(now),
            },
            "privacy_url": self.privacy_url,
            "sms_number": self.sms_number,
            "notice": self.notice,
            "message_max_chars": MAX_CHARACTERS,
        }

    @staticmethod
    def _left_in_english(texts: Mapping[str, str], own: OwnWords | None) -> set[str]:
        if own is None:
            return set()
        without_starters = set() if own.starters else {_STARTERS_LIST}
        return set(texts) - set(own.texts) | without_starters

    def _now(self, now: datetime) -> dict[str, Any]:
        if self.desk is None:
            return {"open": None, "back": None}
        back = None if self.desk.is_open(now) else self.desk.next_opening(now)
        return {"open": self.desk.is_open(now), "back": None if back is None else rfc3339(back)}


def read_words(path: Path | None) -> Mapping[str, OwnWords]:
    """Read a council's own words.

    Raises:
        TextsNotReadable: the file is not of the agreed form.
    """
    if path is None:
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise TextsNotReadable("the file of words must hold an object")
    return {lang: _own_words(lang, words) for lang, words in document.items()}


def _own_words(lang: str, words: object) -> OwnWords:
    if not isinstance(words, dict):
        raise TextsNotReadable(f"the words of {lang!r} must be texts by name")
    texts = {name: text for name, text in words.items() if name != _STARTERS_LIST}
    starters = words.get(_STARTERS_LIST, [])
    if not all(isinstance(text, str) for text in texts.values()):
        raise TextsNotReadable(f"the words of {lang!r} must be texts by name")
    if not isinstance(starters, list) or not all(isinstance(one, str) for one in starters):
        raise TextsNotReadable(f"the starters of {lang!r} must be a list of texts")
    return OwnWords(texts=texts, starters=tuple(starters))
