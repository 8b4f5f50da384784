"""What our own sentences claim was done: read from data, so that no claim goes unseen."""

import re
from collections.abc import Callable, Iterable
from typing import Final

import yaml

from messaging.texts import DATA

_SLOT: Final = re.compile(r"\\\{\w+\\\}")


def _sentences(is_meant: Callable[[str, str], bool]) -> re.Pattern[str]:
    """Return what finds any sentence of ours that is meant, given its response's name and words."""
    found = {
        sentence
        for file in sorted(DATA.glob("*/responses.yml"))
        for name, versions in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"].items()
        for version in versions
        for sentence in re.split(r"(?<=[.?!])\s+", version["text"].strip())
        if is_meant(name, sentence)
    }
    assert found, "no sentence of ours claims that"
    patterns = (_SLOT.sub(r"\\S+(?: \\S+)*?", re.escape(one)) for one in sorted(found))
    return re.compile("|".join(patterns), re.I)


def _of(names: Iterable[str], words: str) -> re.Pattern[str]:
    meant = frozenset(names)
    return _sentences(lambda name, sentence: name in meant and bool(re.search(words, sentence)))


_BY_EMAIL: Final = ("invitation", "password_reset", "lost_phone")

VERIFIED: Final = _sentences(
    lambda _name, sentence: (
        bool(re.search(r"\bverified\b(?!.*\?)", sentence, re.I))
        and not re.search(r"\bnot\b", sentence)
    )
)
CODE_SENT: Final = _of(
    (
        "utter_registration_code_sent",
        "utter_registration_code_resent_same",
        "utter_registration_code_resent_new",
        "utter_registration_code_expired_new_sent",
    ),
    r"texting|sent",
)
ASKED: Final = _of(
    [f"utter_{journey}_asked{again}" for journey in _BY_EMAIL for again in ("", "_again")],
    r"^I have asked",
)
ASKED_BEFORE: Final = _of([f"utter_{journey}_already" for journey in _BY_EMAIL], r"^I have asked")
PASSED_ON: Final = _sentences(
    lambda name, sentence: name.startswith("utter_support_passed_on") and "{reference}" in sentence
)
