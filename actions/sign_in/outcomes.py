"""Which response helps with which trouble of signing in."""

from collections.abc import Mapping
from typing import Final

from actions.core.lines import Line
from actions.sign_in.topics import Topic
from clients.hub import RegistrationState

HELP: Final[Mapping[Topic, Line]] = {
    Topic.LOCKED: Line(response="utter_sign_in_locked", again="utter_sign_in_page_again"),
    Topic.NOT_RECOGNISED: Line(
        response="utter_sign_in_not_recognised", again="utter_sign_in_page_again"
    ),
    Topic.LINK: Line(response="utter_sign_in_link", again="utter_sign_in_page"),
    Topic.PAGE: Line(response="utter_sign_in_page", again="utter_sign_in_page_again"),
}
NOT_FINISHED: Final = Line(response="utter_sign_in_not_finished")
NO_PASSWORD: Final = Line(response="utter_sign_in_no_password")
LOCKED_UNTIL: Final = Line(response="utter_sign_in_locked_until", closes=True, offers_person=True)
LOCKED_FOR_GOOD: Final = Line(
    response="utter_sign_in_locked_for_good", closes=True, offers_person=True
)

UNFINISHED: Final[Mapping[RegistrationState, Line]] = {
    RegistrationState.NUMBER_NEEDED: NOT_FINISHED,
    RegistrationState.CODE_NEEDED: NOT_FINISHED,
    RegistrationState.VERIFIED: NO_PASSWORD,
}
"""By how far the registration of this very conversation has come, while it is not complete."""
