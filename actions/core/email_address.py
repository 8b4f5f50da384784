"""An email address as people type it: read, and doubted where it looks mistyped; never mended."""

import re
from dataclasses import dataclass
from typing import Final

PROVIDERS: Final = frozenset(
    {
        "aol.com",
        "blueyonder.co.uk",
        "btinternet.com",
        "gmail.com",
        "gmx.co.uk",
        "gmx.com",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "interia.pl",
        "live.co.uk",
        "live.com",
        "mail.com",
        "me.com",
        "msn.com",
        "ntlworld.com",
        "o2.pl",
        "onet.pl",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "rocketmail.com",
        "sky.com",
        "talktalk.net",
        "tiscali.co.uk",
        "virginmedia.com",
        "wp.pl",
        "yahoo.co.uk",
        "yahoo.com",
        "ymail.com",
    }
)
"""Where most families have their address; only these are ever suggested."""

LONG_ENOUGH: Final = 7
"""Characters. Of a shorter name one changed letter is too often another name that exists."""

TWO_EDITS_FROM: Final = 10
"""Characters. Two mistakes in a name this long still point at it."""

ENDINGS: Final = {
    ".con": ".com",
    ".cim": ".com",
    ".vom": ".com",
    ".xom": ".com",
    ".comm": ".com",
    ".cpm": ".com",
    ".cm": ".com",
    ".couk": ".co.uk",
    ".co.ul": ".co.uk",
    ".co.yk": ".co.uk",
    ".ac.ul": ".ac.uk",
    ".gov.ul": ".gov.uk",
}
"""Endings that nobody has, or hardly anybody, and what is meant by them."""

_NEVER_AT: Final = {"gmail.co.uk": "gmail.com", "icloud.co.uk": "icloud.com"}
"""Names under which the provider gives no addresses to the public."""

_WORDS: Final = (
    (re.compile(r"\s*(?:\(at\)|\[at\]|\bat\b)\s*", re.I), "@"),
    (re.compile(r"\s*(?:\(dot\)|\[dot\]|\bdot\b)\s*", re.I), "."),
)
_AROUND: Final = " \t\r\n\u00a0\u200b<>()[]\"'.,;:!?"


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address as it was meant to be written; whether it exists is not known."""

    value: str
    suggestion: str | None
    """How its end was perhaps meant, from our own lists; None where nothing is doubtful."""

    def __repr__(self) -> str:
        return "Address(***)"

    def as_suggested(self) -> str:
        """Return the address with the suggested end."""
        return with_ending(self.value, self.suggestion or "")


def read(typed: str) -> Address:
    """Return what was typed as an address: "at" and "dot" as signs, without spaces.

    That much is only another way of writing it. A comma for a dot or a misspelt provider is a
    mistake, so it is left as it is, with a suggestion to ask about.
    """
    text = typed.strip(_AROUND).removeprefix("mailto:")
    if "@" not in text:
        text = _WORDS[0][0].sub("@", text, count=1)
    text = _WORDS[1][0].sub(".", text)
    value = re.sub(r"[\s\u00a0\u200b]+", "", text)
    return Address(value=value, suggestion=_suggestion(value.rpartition("@")[2].lower()))


def with_ending(address: str, ending: str) -> str:
    """Return an address with another end: a whole provider, or only its last part (".com")."""
    local, _, domain = address.rpartition("@")
    if not ending.startswith("."):
        return f"{local}@{ending}"
    wrong = next((typo for typo in ENDINGS if domain.lower().endswith(typo)), "")
    return f"{local}@{domain.lower().removesuffix(wrong)}{ending}"


def _suggestion(domain: str) -> str | None:
    if not domain or domain in PROVIDERS:
        return None
    if domain in _NEVER_AT:
        return _NEVER_AT[domain]
    nearest = min(sorted(PROVIDERS), key=lambda provider: _edits(domain, provider))
    if _edits(domain, nearest) <= _edits_allowed(nearest):
        return nearest
    # The longest wrong ending first: ".co.ul" is not ".ul".
    typos = sorted(ENDINGS, key=len, reverse=True)
    return next((ENDINGS[typo] for typo in typos if domain.endswith(typo)), None)


def _edits_allowed(provider: str) -> int:
    if len(provider) >= TWO_EDITS_FROM:
        return 2
    return 1 if len(provider) >= LONG_ENOUGH else 0


def _edits(one: str, other: str) -> int:
    """Return how many letters were left out, put in, changed or swapped with their neighbour."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column], current[-1]) + 1
            cost = min(cost, last[column - 1] + (letter != wanted))
            is_swap = (
                min(row, column) > 1 and letter == other[column - 2] and one[row - 2] == wanted
            )
            if is_swap:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        before_last, last = last, current
    return last[-1]
