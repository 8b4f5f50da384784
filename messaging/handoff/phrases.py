"""Short words of a parent, read without Rasa: an answer to the offer, a wish, a farewell."""

import re
from enum import StrEnum
from typing import Final


class Answer(StrEnum):
    """What a parent says to the offer."""

    WITH_NUMBER = "with_number"
    WITHOUT_NUMBER = "without_number"
    DECLINED = "declined"


_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_SPACE = re.compile(r"[\s,.!]+")
_YES = re.compile(
    r"(?:yes|yeah|yep|yea|yup|ye|y|aye|ok|okay|sure|please|do|do it|go on|go ahead|go for it"
    r"|(?:yes )?pass it on|pass this on|pass me on|put me through|connect me|fine|alright"
    r"|all right)"
    r"(?: (?:please|pls|plz|thanks|thank you|then|do|ok|yes|go on|pass it on|that is fine"
    r"|thats fine|sure|mate))*"
)
_NO = re.compile(
    r"(?:no|nope|nah|na|no thanks|no thank you|not now|not yet|dont|do not|stay|stay with you"
    r"|stay here|no stay here|carry on|leave it|never mind|nevermind)"
    r"(?: (?:thanks|thank you|thx|ta|please|its ok|it is ok|its fine))*"
)
_OPTION = re.compile(
    r"(?:option |number |no |press |reply )?(?P<number>[123])(?: (?:please|pls|thanks))?"
)
_APOSTROPHES = re.compile(r"['’‘]")
_BACK = re.compile(
    r"(?:(?:back to |go back to |talk to |use )?(?:the )?(?:assistant|bot|robot|chatbot)"
    r"|back to (?:you|the start))"
)
_PERSON = re.compile(
    r"\b(?:person|human|human being|agent|advis[eo]r|helpdesk|help desk|operator|real people"
    r"|member of staff|someone real|somebody real)\b"
)
_SHORT: Final = 10
_THANKS = re.compile(
    r"(?:ok|okay|great|brilliant|lovely|perfect|cheers|ta|thanks?|thank you|thx|bye|goodbye|no|nope"
    r"|all good|thats all|that is all|you too|no problem|so|very|much|a|lot|for|your|help|again|all"
    r"|sorted|done|that|is|the|best|have|good|day|you|nice)(?: |$)"
)


def _plain(text: str) -> str:
    return _SPACE.sub(" ", _EDGES.sub("", _APOSTROPHES.sub("", text.casefold()))).strip()


def read_answer(text: str, *, has_number: bool) -> Answer | None:
    """Return what the words mean as an answer to the offer; None: they are no answer to it.

    A bare yes shares the least: the conversation, not the number.
    """
    words = _plain(text)
    option = _OPTION.fullmatch(words)
    if option is not None:
        choices = list(Answer) if has_number else [Answer.WITHOUT_NUMBER, Answer.DECLINED]
        number = int(option["number"])
        return choices[number - 1] if number <= len(choices) else None
    if _NO.fullmatch(words):
        return Answer.DECLINED
    if _YES.fullmatch(words):
        return Answer.WITHOUT_NUMBER
    return None


def wants_person(text: str) -> bool:
    """Tell whether words ask for a person so plainly that nobody has to understand them."""
    words = _plain(text)
    return len(words.split()) <= _SHORT and _PERSON.search(words) is not None


def wants_assistant(text: str) -> bool:
    """Tell whether a parent who is with a person wants the assistant back."""
    return _BACK.fullmatch(_plain(text)) is not None


def is_farewell(text: str) -> bool:
    """Tell whether the words are thanks or a farewell and nothing else."""
    words, position = _plain(text), 0
    while position < len(words):
        found = _THANKS.match(words, position)
        if found is None:
            return False
        position = found.end()
    return bool(words)
