"""What is said about the course of the conversation itself."""

from collections.abc import Mapping
from typing import Final

from actions.core import forms
from actions.core.lines import Line

LEFT: Final[Mapping[str, Line]] = {
    forms.INVITATION: Line(response="utter_course_left"),
    forms.PASSWORD_RESET: Line(response="utter_course_left"),
    forms.LOST_PHONE: Line(response="utter_course_left"),
    forms.AUTHENTICATOR: Line(response="utter_course_left_registration"),
}
BEGUN_AGAIN: Final = Line(response="utter_course_begun_again")
WHAT_FOR: Final = Line(
    response="utter_course_email_what_for", again="utter_course_email_what_for_again", closes=True
)
