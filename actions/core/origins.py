"""Where a code comes from, by the words around it: one of the other way would cost a try."""

import re
from typing import Final

_CODE: Final = r"__code\d*__"
_AN_APP: Final = r"(?:authenticator|(?:auth\w*|my|the|this|an) (?:\w+ )?app)"
_A_TEXT: Final = r"(?:(?:my|the|your|a) (?:\w+ )?(?:text|sms)|staffsehc)"

_OF_APP = re.compile(
    rf"\b{_AN_APP}\b[^.?!]{{0,30}}{_CODE}|{_CODE}[^.?!]{{0,20}}\b(?:from|in|on|by) {_AN_APP}\b",
    re.I,
)
_OF_TEXT = re.compile(
    rf"\b{_A_TEXT}\b[^.?!]{{0,30}}{_CODE}|{_CODE}[^.?!]{{0,20}}\b(?:from|in|by) {_A_TEXT}\b"
    rf"|{_CODE} is your EHC Hub",
    re.I,
)


def is_said_to_be_of_app(text: str) -> bool:
    """Tell whether a masked text says that its code is an authenticator app's."""
    return bool(_OF_APP.search(text))


def is_said_to_be_of_text(text: str) -> bool:
    """Tell whether a masked text says that its code came by text message."""
    return bool(_OF_TEXT.search(text))
