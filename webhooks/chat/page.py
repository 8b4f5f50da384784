"""What a page is told before anybody writes: words, links, whom to reach, limits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from webhooks.chat.requests import MAX_CHARACTERS

ENGLISH = "en"
"""The language of the element's own words."""

STARTERS = (
    "I have an invitation to register",
    "My invitation has not come",
    "My security code has not come",
    "I cannot sign in",
)


class TextsNotReadable(ValueError):
    """The file of words is not `{"<language>": {"<name>": "<words>"}}`."""


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
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Own words by language; the element has English ones for whatever is missing."""
    told: Mapping[str, str] = field(default_factory=dict)
    """Words that follow from the settings; own words go before them."""

    def document(self, lang: str) -> dict[str, Any]:
        """Return the answer of `GET /v1/config` in a language.

        Its `lang` is that of the words: English where there are none in the language asked for, so
        that a screen reader does not read English words out as Polish ones.
        """
        own = self.texts.get(lang) or self.texts.get(lang.split("-")[0]) or {}
        return {
            "texts": {**self.told, **own},
            "lang": lang if own else ENGLISH,
            "starters": list(self.starters),
            "contact": {"phone": self.phone, "email": self.email, "hours": self.hours},
            "privacy_url": self.privacy_url,
            "sms_number": self.sms_number,
            "notice": self.notice,
            "message_max_chars": MAX_CHARACTERS,
        }


def read_texts(path: Path | None) -> Mapping[str, Mapping[str, str]]:
    """Read a council's own words.

    Raises:
        TextsNotReadable: the file is not of the agreed form.
    """
    if path is None:
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise TextsNotReadable("the file of words must hold an object")
    for lang, texts in document.items():
        if not isinstance(texts, dict) or not all(isinstance(t, str) for t in texts.values()):
            raise TextsNotReadable(f"the words of {lang!r} must be texts by name")
    return document
