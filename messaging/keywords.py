"""The words that networks and the law give a meaning of their own: STOP, START, HELP.

Matched before anything else looks at a text. CANCEL, END and QUIT are left to the conversation: a
parent means "leave this form" by them; where the carrier takes them as an opt-out all the same, it
says so by `OptOutType`, or by refusing the next text (21610).
"""

import re
from enum import StrEnum


class Keyword(StrEnum):
    """What a text that is a keyword asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"


_STOP = frozenset({"stop", "stopall", "stop all", "unsubscribe", "revoke", "optout", "opt out"})
_START = frozenset({"start", "unstop"})
_HELP = frozenset({"help", "info"})
_YES = "yes"
# Near-misses that no network acts on: a person who writes them wants no more texts.
_STOP_SENTENCE = re.compile(
    r"(?:please |pls )?(?:"
    r"stop (?:texting|messaging|sending|contacting)(?: me| us| these| any more| anymore| texts"
    r"| messages| this number)*"
    r"|(?:unsubscribe|remove) me(?: from (?:this|these|your)(?: list| texts| messages))?"
    r"|opt me out"
    r"|do not text me(?: again| any more| anymore)?|dont text me(?: again| any more| anymore)?"
    r")(?: please| pls| thanks| thank you)?"
)
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_APOSTROPHES = re.compile(r"['’‘]")
_SPACE = re.compile(r"\s+")


def read(text: str, *, is_opted_out: bool) -> Keyword | None:
    """Return the keyword that a whole text is; None: it is words.

    "Yes" brings texts back for someone who had stopped them (the networks have it so); for
    everybody else it is an answer.
    """
    words = _SPACE.sub(" ", _APOSTROPHES.sub("", _EDGES.sub("", text.casefold())))
    if words in _STOP or _STOP_SENTENCE.fullmatch(words):
        return Keyword.STOP
    if words in _START or (words == _YES and is_opted_out):
        return Keyword.START
    if words in _HELP:
        return Keyword.HELP
    return None
