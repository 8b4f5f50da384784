"""Which response answers which outcome of setting up an authenticator app; tables are total."""

from collections.abc import Mapping
from typing import Final

from actions.core.lines import Line
from clients.hub import CodeFault
from wire.names import SMS, WEBCHAT


def _miss(response: str, *, offers_person: bool = False, again: str | None = None) -> Line:
    return Line(
        response=response, again=again, closes=True, is_miss=True, offers_person=offers_person
    )


COACHED: Final = Line(response="utter_authenticator_coached", closes=True)
"""No registration is under way here: the person is on the hub's page, or has yet to begin."""
ALREADY_COMPLETE: Final = Line(response="utter_authenticator_already_complete", closes=True)

PAGE_FIRST: Final = Line(response="utter_authenticator_page_first")
SHOWN: Final[Mapping[str, Line]] = {
    WEBCHAT: Line(
        response="utter_authenticator_qr", again="utter_authenticator_qr_again", closes=True
    ),
    SMS: Line(
        response="utter_authenticator_key", again="utter_authenticator_key_again", closes=True
    ),
}
KEY_DECLINED: Final = Line(response="utter_authenticator_key_declined", closes=True)
NO_KEY_YET: Final = Line(response="utter_authenticator_no_key_yet", is_miss=True)

CODE_FAULTS: Final[Mapping[CodeFault, Line]] = {
    CodeFault.TOO_FEW: _miss("utter_authenticator_code_too_few"),
    CodeFault.TOO_MANY: _miss("utter_authenticator_code_too_many"),
    CodeFault.NOT_DIGITS: _miss("utter_authenticator_code_not_digits"),
}
CODE_OF_TEXT: Final = _miss("utter_authenticator_code_of_text")
CODE_SEVERAL: Final = _miss("utter_authenticator_code_several")
CODE_AWAITED: Final = Line(response="utter_authenticator_code_awaited", closes=True)
CODE_HELP: Final = _miss("utter_authenticator_code_help")
CODE_INCORRECT: Final = _miss("utter_authenticator_code_incorrect")
CODE_INCORRECT_ONE_LEFT: Final = _miss("utter_authenticator_code_incorrect_one_left")
LOCKED: Final = _miss(
    "utter_authenticator_locked", again="utter_authenticator_locked_again", offers_person=True
)
LOCKED_FOR_GOOD: Final = _miss("utter_authenticator_locked_for_good", offers_person=True)
SHOWN_ANEW: Final = Line(response="utter_authenticator_shown_anew")
"""The hour for setting the app up was over; a new key follows."""
GONE: Final = Line(response="utter_authenticator_gone", closes=True)
