"""What is said around the email address; the same to everybody."""

from typing import Final

from actions.core.lines import Line
from actions.core.mail_request import MailWords

WORDS: Final = MailWords(
    begun=Line(
        response="utter_lost_phone_begun", again="utter_ask_lost_phone_email_again", closes=True
    ),
    already=Line(
        response="utter_lost_phone_already", again="utter_ask_lost_phone_email_again", closes=True
    ),
    asked=Line(
        response="utter_lost_phone_asked", again="utter_lost_phone_asked_again", closes=True
    ),
    too_many=Line(
        response="utter_lost_phone_too_many", closes=True, is_miss=True, offers_person=True
    ),
    left=Line(response="utter_lost_phone_left", closes=True),
    wanted=Line(response="utter_ask_lost_phone_email_again", closes=True),
)
QUESTION: Final = Line(
    response="utter_ask_lost_phone_email", again="utter_ask_lost_phone_email_again"
)
