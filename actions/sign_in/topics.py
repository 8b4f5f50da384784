"""What about signing in a message is: one intent, several troubles, told apart by their words."""

import re
from enum import StrEnum
from typing import Final


class Topic(StrEnum):
    """What is in the way of signing in."""

    LOCKED = "locked"
    NOT_RECOGNISED = "not_recognised"
    LINK = "link"
    PAGE = "page"
    """Nothing in particular: where and how."""


_WORDS: Final = (
    (Topic.LOCKED, re.compile(r"\block(?:ed|s)?\b|too many|\bblocked\b|\bsuspended\b", re.I)),
    (
        Topic.NOT_RECOGNISED,
        re.compile(
            r"recogni[sz]|(?:not|n'?t) (?:know|match|accept|find|exist)|wrong (?:email|password)"
            r"|incorrect|invalid|no (?:such )?account",
            re.I,
        ),
    ),
    (Topic.LINK, re.compile(r"\blinks?\b", re.I)),
)


def topic_of(text: str) -> Topic:
    """Return what a masked text complains of; the surer words first."""
    return next((topic for topic, words in _WORDS if words.search(text)), Topic.PAGE)
