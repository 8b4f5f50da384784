"""Who is writing, where it is not a parent of Staffordshire: told by their words.

The intents are about what is wanted; to whom the hub's way is of no use is a matter of few words.
"""

import re
from enum import StrEnum
from typing import Final


class Writer(StrEnum):
    """Somebody whom the usual answer would lead astray."""

    CHILD = "child"
    STAFF = "staff"
    OTHER_COUNCIL = "other_council"


_ELSEWHERE: Final = (
    "stoke|birmingham|wolverhampton|walsall|dudley|telford|cheshire|derbyshire|shropshire"
    "|warwickshire|worcestershire|leicestershire"
)
"""Stoke-on-Trent, which many take for Staffordshire's, and the counties and cities around it."""

_WORDS: Final = (
    (
        Writer.CHILD,
        re.compile(
            r"\bi ?(?:'|\u2019)?a?m (?:only |just )?(?:[6-9]|1[0-7])\b"
            r"(?! ?(?:weeks?|months?|mins?|minutes?|days?|hours?|miles?|stone|years? (?!old)))"
            r"|\bi ?(?:'|\u2019)?a?m (?:a|the) (?:child|kid|pupil)\b",
            re.I,
        ),
    ),
    (
        Writer.STAFF,
        re.compile(
            r"\b(?:i ?(?:'|\u2019)?a?m|we ?(?:'|\u2019)?a?re|this is|here as) (?:a |an |the )?"
            r"(?:\w+ )?(?:senco|sendco|teacher|head ?teacher|teaching assistant|social worker"
            r"|health visitor)s?\b|\b(?:i|we) work (?:at|in|for) (?:a |the )?(?:\w+ )?school\b",
            re.I,
        ),
    ),
    (
        Writer.OTHER_COUNCIL,
        re.compile(
            rf"\b(?:{_ELSEWHERE})\b(?!.*\b(?:win|won|lose|lost|match|score|game|fc)\b)", re.I
        ),
    ),
)


def writer_of(text: str) -> Writer | None:
    """Return who a masked text says its writer is; None: nobody in particular."""
    return next((writer for writer, words in _WORDS if words.search(text)), None)
