"""The intents that a message can have; names as in domain.yml."""

from enum import StrEnum


class Intent(StrEnum):
    """What a person wants, as the NLU names it."""

    GREET = "greet"
    GOODBYE = "goodbye"
    THANK = "thank"
    AFFIRM = "affirm"
    DENY = "deny"
    REGISTER_ACCOUNT = "register_account"
    REGISTRATION_STATUS_OR_LINK_PROBLEM = "registration_status_or_link_problem"
    INVITATION_NOT_RECEIVED = "invitation_not_received"
    SET_UP_TWO_FACTOR = "set_up_two_factor"
    USE_SMS_CODE = "use_sms_code"
    USE_AUTHENTICATOR_APP = "use_authenticator_app"
    GIVE_PHONE_NUMBER = "give_phone_number"
    GIVE_CODE = "give_code"
    GIVE_EMAIL = "give_email"
    RESEND_CODE = "resend_code"
    CODE_PROBLEM = "code_problem"
    CHANGE_PHONE_NUMBER = "change_phone_number"
    LOST_PHONE = "lost_phone"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of an intent
    SIGN_IN_HELP = "sign_in_help"
    NEEDS_ASSESSMENT_INFO = "needs_assessment_info"
    LOCAL_OFFER_INFO = "local_offer_info"
    WHY_NEEDED_OR_IS_SAFE = "why_needed_or_is_safe"
    WHO_ARE_YOU = "who_are_you"
    TALK_TO_HUMAN = "talk_to_human"
    STOP_OR_CANCEL = "stop_or_cancel"
    START_OVER = "start_over"
    OPT_OUT = "opt_out"
    DISTRESS_OR_SAFEGUARDING = "distress_or_safeguarding"
    ABUSE_OR_COMPLAINT = "abuse_or_complaint"
    CHANGE_LANGUAGE_OR_FOREIGN = "change_language_or_foreign"
    OUT_OF_SCOPE = "out_of_scope"
    NLU_FALLBACK = "nlu_fallback"
    """Rasa's own: nothing was understood with enough certainty."""


OVERRIDING = frozenset(
    {
        Intent.TALK_TO_HUMAN,
        Intent.STOP_OR_CANCEL,
        Intent.START_OVER,
        Intent.OPT_OUT,
        Intent.DISTRESS_OR_SAFEGUARDING,
    }
)
"""Work from every state: no step takes such a message, whatever values stand in it."""
