"""Which of two it was: asked where the assistant is unsure, before anything else is tried."""

from collections.abc import Mapping
from typing import Final

from actions.core.intents import Intent
from actions.core.lines import Line
from actions.core.turn import Turn

WHICH: Final = Line(response="utter_support_which", is_miss=True)

MEANINGS: Final[Mapping[str, str]] = {
    Intent.REGISTER_ACCOUNT: "utter_support_meaning_register_account",
    Intent.REGISTRATION_STATUS_OR_LINK_PROBLEM: "utter_support_meaning_registration_problem",
    Intent.INVITATION_NOT_RECEIVED: "utter_support_meaning_invitation_not_received",
    Intent.SET_UP_TWO_FACTOR: "utter_support_meaning_set_up_two_factor",
    Intent.USE_SMS_CODE: "utter_support_meaning_use_sms_code",
    Intent.USE_AUTHENTICATOR_APP: "utter_support_meaning_use_authenticator_app",
    Intent.RESEND_CODE: "utter_support_meaning_resend_code",
    Intent.CODE_PROBLEM: "utter_support_meaning_code_problem",
    Intent.CHANGE_PHONE_NUMBER: "utter_support_meaning_change_phone_number",
    Intent.LOST_PHONE: "utter_support_meaning_lost_phone",
    Intent.PASSWORD_RESET: "utter_support_meaning_password_reset",
    Intent.SIGN_IN_HELP: "utter_support_meaning_sign_in_help",
    Intent.NEEDS_ASSESSMENT_INFO: "utter_support_meaning_needs_assessment_info",
    Intent.LOCAL_OFFER_INFO: "utter_support_meaning_local_offer_info",
    Intent.WHY_NEEDED_OR_IS_SAFE: "utter_support_meaning_why_needed_or_is_safe",
    Intent.WHO_ARE_YOU: "utter_support_meaning_who_are_you",
    Intent.TALK_TO_HUMAN: "utter_support_meaning_talk_to_human",
    Intent.OPT_OUT: "utter_support_meaning_opt_out",
    Intent.CHANGE_LANGUAGE_OR_FOREIGN: "utter_support_meaning_change_language",
    Intent.ABUSE_OR_COMPLAINT: "utter_support_meaning_complaint",
}
"""Meanings that plain words can ask for; a greeting or what is not about us is none."""


def which(turn: Turn) -> tuple[Line, ...] | None:
    """Return the question between the two likeliest meanings; None where there are no two."""
    likely = [MEANINGS[name] for name in turn.meanings if name in MEANINGS][:2]
    if len(likely) < 2:
        return None
    return WHICH, *(Line(response=name).filled(nth=nth) for nth, name in enumerate(likely, 1))
