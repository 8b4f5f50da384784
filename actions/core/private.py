"""What nobody needs to send: numbers of other offices, and what tells of a child."""

import re
from typing import Final

from actions.core.turn import Turn
from wire.placeholders import NUMBER

_OTHER_OFFICE: Final = re.compile(
    r"\bnhs\b|\bnational insurance\b|\bn\.?i\.? ?(?:number|no|num)\b|\bmy ni\b|\bnino\b", re.I
)
_WANTED_AS_DIGITS: Final = ("_number", "_code", "_invitation")

_CHILD: Final = (
    r"(?:my|our) (?:\w+ )?(?:son|daughter|child|kid|boy|girl|lad|little (?:one|boy|girl)|twins?)"
)
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
_DIAGNOSIS: Final = (
    r"(?:autis\w+|asd|adhd|dyslexi\w+|dyspraxi\w+|epileps\w+|cerebral palsy"
    r"|down'?s syndrome|asperger'?s?)"
)
_OF_A_CHILD: Final = re.compile(
    r"\b(?:dob|d\.o\.b\.?|date of birth)\b(?=.*\d)"
    rf"|\bborn (?:on|in)? ?(?:the )?\d{{1,2}}(?:st|nd|rd|th)? ?(?:of )?(?:{_MONTH}|[/.-])"
    r"|\b(?:his|her|their|(?:the |my )?child'?s|(?:son|daughter)'?s) (?:full )?name(?: is|'?s)\b"
    rf"|\b{_CHILD}(?: is|'s)? (?:called|named)\b"
    rf"|\b(?:{_CHILD}|s?he|he'?s|she'?s) (?:\w+ ){{0,4}}(?:has|is|with|got)? ?(?:been )?"
    rf"(?:diagnosed with |got )?{_DIAGNOSIS}\b"
    r"|\b(?:his|her|their) diagnosis is\b",
    re.I,
)


def is_number_of_no_use(turn: Turn) -> bool:
    """Tell whether a long number came, and was dropped, that no step asks for."""
    if not turn.mentions(NUMBER):
        return False
    return names_other_office(turn.text) or not (turn.awaiting or "").endswith(_WANTED_AS_DIGITS)


def names_other_office(text: str) -> bool:
    """Tell whether a text speaks of an NHS or National Insurance number."""
    return bool(_OTHER_OFFICE.search(text))


def tells_of_a_child(text: str) -> bool:
    """Tell whether a text gives a child's name, date of birth or diagnosis."""
    return bool(_OF_A_CHILD.search(text.replace("\u2019", "'")))
