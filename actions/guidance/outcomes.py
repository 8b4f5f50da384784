"""Which response answers which question; all of them say what the council's page says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from actions.core import forms
from actions.core.intents import Intent
from actions.core.writers import Writer, writer_of


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said to a question."""

    response: str
    again: str | None = None
    """What is said where the same was said in the turn before."""
    hands_over: str | None = None
    """Why a person must go on from here; None where the answer is enough."""
    asks_nothing_more: bool = False
    """A form's question would be out of place after it."""
    is_for_others: bool = False
    """It is meant for somebody who does not register."""


ANSWERS: Final[Mapping[Intent, Answer]] = {
    Intent.GREET: Answer(response="utter_guidance_greet", again="utter_guidance_greet_again"),
    Intent.GOODBYE: Answer(
        response="utter_guidance_goodbye",
        again="utter_guidance_goodbye_again",
        asks_nothing_more=True,
    ),
    Intent.THANK: Answer(response="utter_guidance_thank", again="utter_guidance_thank_again"),
    Intent.REGISTER_ACCOUNT: Answer(response="utter_guidance_register"),
    Intent.REGISTRATION_STATUS_OR_LINK_PROBLEM: Answer(response="utter_guidance_link"),
    Intent.INVITATION_NOT_RECEIVED: Answer(response="utter_guidance_invitation_not_received"),
    Intent.SET_UP_TWO_FACTOR: Answer(
        response="utter_guidance_set_up_two_factor", again="utter_guidance_set_up_two_factor_again"
    ),
    Intent.USE_SMS_CODE: Answer(
        response="utter_guidance_use_sms_code", again="utter_guidance_use_sms_code_again"
    ),
    Intent.USE_AUTHENTICATOR_APP: Answer(response="utter_guidance_use_authenticator_app"),
    Intent.GIVE_EMAIL: Answer(response="utter_guidance_give_email"),
    Intent.LOST_PHONE: Answer(response="utter_guidance_lost_phone"),
    Intent.PASSWORD_RESET: Answer(response="utter_guidance_password_reset"),
    Intent.SIGN_IN_HELP: Answer(response="utter_guidance_sign_in_help"),
    Intent.NEEDS_ASSESSMENT_INFO: Answer(
        response="utter_guidance_needs_assessment", again="utter_guidance_needs_assessment_again"
    ),
    Intent.LOCAL_OFFER_INFO: Answer(
        response="utter_guidance_local_offer", again="utter_guidance_local_offer_again"
    ),
    Intent.WHY_NEEDED_OR_IS_SAFE: Answer(
        response="utter_guidance_why_needed_or_is_safe",
        again="utter_guidance_why_needed_or_is_safe_again",
    ),
    Intent.WHO_ARE_YOU: Answer(
        response="utter_guidance_who_are_you", again="utter_guidance_who_are_you_again"
    ),
    Intent.ABUSE_OR_COMPLAINT: Answer(
        response="utter_guidance_complaint",
        again="utter_guidance_complaint_again",
        hands_over="complaint",
    ),
    Intent.CHANGE_LANGUAGE_OR_FOREIGN: Answer(
        response="utter_guidance_language", hands_over="language"
    ),
    Intent.OUT_OF_SCOPE: Answer(
        response="utter_guidance_out_of_scope", again="utter_guidance_out_of_scope_again"
    ),
}

IN_FORM: Final[Mapping[str, Mapping[Intent, Answer]]] = {
    forms.REGISTRATION: {
        Intent.GREET: Answer(
            response="utter_guidance_greet_in_registration",
            again="utter_guidance_greet_in_registration_again",
        ),
        Intent.LOST_PHONE: Answer(response="utter_guidance_lost_phone_in_registration"),
    },
    forms.AUTHENTICATOR: {
        Intent.GREET: Answer(
            response="utter_guidance_greet_in_registration",
            again="utter_guidance_greet_in_registration_again",
        ),
        Intent.REGISTRATION_STATUS_OR_LINK_PROBLEM: Answer(
            response="utter_guidance_where_authenticator"
        ),
        Intent.LOST_PHONE: Answer(response="utter_guidance_lost_phone_in_registration"),
    },
    forms.INVITATION: {
        Intent.REGISTRATION_STATUS_OR_LINK_PROBLEM: Answer(
            response="utter_guidance_where_invitation"
        ),
    },
    forms.PASSWORD_RESET: {
        Intent.REGISTRATION_STATUS_OR_LINK_PROBLEM: Answer(
            response="utter_guidance_where_password_reset"
        ),
    },
    forms.LOST_PHONE: {
        Intent.REGISTRATION_STATUS_OR_LINK_PROBLEM: Answer(
            response="utter_guidance_where_lost_phone"
        ),
    },
}
"""What is said differently while a form is active: where it stands, above all."""

WHY: Final[Mapping[str, Answer]] = {
    "invitation": Answer(response="utter_guidance_why_invitation"),
    "number": Answer(response="utter_guidance_why_needed_or_is_safe"),
    "code": Answer(response="utter_guidance_why_code"),
    "setup": Answer(response="utter_guidance_why_app"),
    "email": Answer(response="utter_guidance_why_email"),
}
"""By the last word of the slot that is asked for: why it is."""


WRITERS: Final[Mapping[Writer, Answer]] = {
    Writer.CHILD: Answer(response="utter_guidance_child", is_for_others=True),
    Writer.STAFF: Answer(response="utter_guidance_staff", is_for_others=True),
    Writer.OTHER_COUNCIL: Answer(response="utter_guidance_other_council", is_for_others=True),
}
"""For whom the usual answer would be of no use."""
TIMESCALE: Final = Answer(response="utter_guidance_timescale")
"""How long the council takes is on no page that we may quote."""

_ABOUT_ANYTHING: Final = frozenset(
    {Intent.OUT_OF_SCOPE, Intent.WHO_ARE_YOU, Intent.LOCAL_OFFER_INFO}
)
_ABOUT_TIME: Final = frozenset({Intent.OUT_OF_SCOPE, Intent.NEEDS_ASSESSMENT_INFO})
_HOW_LONG: Final = re.compile(
    r"\bhow (?:long|many (?:days|weeks|months))\b|\bwhen (?:will|do|does|is|are)\b|\btimescale",
    re.I,
)
_OF_A_PLAN: Final = re.compile(r"\b(?:ehc\w*|echna|plans?|assess\w*|panel|draft)\b", re.I)


def said_by_words(intent: Intent, text: str) -> Answer | None:
    """Return the answer that a message's own words call for, beyond its intent; None: none."""
    writer = writer_of(text) if intent in _ABOUT_ANYTHING else None
    if writer is not None:
        return WRITERS[writer]
    if intent not in _ABOUT_TIME or not _HOW_LONG.search(text):
        return None
    is_about_plan = intent is Intent.NEEDS_ASSESSMENT_INFO or _OF_A_PLAN.search(text)
    return TIMESCALE if is_about_plan else None


def answer_to(intent: Intent, *, form: str | None, awaiting: str | None) -> Answer:
    """Return what is said to a question at this place in the conversation."""
    if intent is Intent.WHY_NEEDED_OR_IS_SAFE and awaiting is not None:
        return WHY[awaiting.rpartition("_")[2]]
    return IN_FORM.get(form or "", {}).get(intent) or ANSWERS[intent]
