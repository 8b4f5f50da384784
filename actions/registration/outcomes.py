"""Which response answers which outcome of the registration journey; every table is total."""

from collections.abc import Mapping
from typing import Final

from actions.core.choices import Offer
from actions.core.intents import Intent
from actions.core.lines import Line
from clients.hub import (
    CodeFault,
    DeliveryReason,
    DeliveryState,
    NumberFault,
    Problem,
)


def _closing(response: str, *, is_miss: bool = False, offers_person: bool = False) -> Line:
    return Line(response=response, closes=True, is_miss=is_miss, offers_person=offers_person)


def _miss(response: str) -> Line:
    return Line(response=response, closes=True, is_miss=True)


ALREADY_COMPLETE: Final = Line(
    response="utter_registration_already_complete",
    again="utter_registration_already_complete_again",
    closes=True,
)
GONE: Final = Line(response="utter_registration_gone")
"""The hub knows the registration no longer; the invitation code is asked for anew."""

RESUMED: Final = Line(response="utter_registration_resumed")

# ---- the invitation code -----------------------------------------------------------------------

INVITATION_REFUSED: Final[Mapping[Problem, Line]] = {
    Problem.INVITATION_NOT_RECOGNISED: _miss("utter_registration_invitation_not_recognised"),
    Problem.INVITATION_EXPIRED: _miss("utter_registration_invitation_expired"),
    Problem.REGISTRATION_COMPLETE: ALREADY_COMPLETE,
    Problem.TOO_MANY_TRIES: Line(
        response="utter_registration_invitation_too_many",
        closes=True,
        is_miss=True,
        offers_person=True,
    ),
}
INVITATION_FORMAT: Final = _miss("utter_registration_invitation_format")
INVITATION_NOT_A_SECURITY_CODE: Final = _miss("utter_registration_invitation_not_a_code")
INVITATION_SEVERAL: Final = _miss("utter_registration_invitation_several")
INVITATION_FIRST: Final = _closing("utter_registration_invitation_first")
INVITATION_HAVE_IT: Final = _closing("utter_registration_invitation_have_it")
APP_LATER: Final = _closing("utter_registration_app_later")

# ---- the mobile number -------------------------------------------------------------------------

NUMBER_FAULTS: Final[Mapping[NumberFault, Line]] = {
    NumberFault.UNREADABLE: _miss("utter_registration_number_unreadable"),
    NumberFault.TOO_SHORT: _miss("utter_registration_number_too_short"),
    NumberFault.TOO_LONG: _miss("utter_registration_number_too_long"),
    NumberFault.LANDLINE: _miss("utter_registration_number_landline"),
    NumberFault.PERSONAL: _miss("utter_registration_number_personal"),
    NumberFault.PREMIUM: _miss("utter_registration_number_premium"),
    NumberFault.PAGER: _miss("utter_registration_number_pager"),
    NumberFault.FOREIGN: _miss("utter_registration_number_foreign"),
    NumberFault.NOT_MOBILE: _miss("utter_registration_number_not_mobile"),
}
NUMBER_SEVERAL: Final = _miss("utter_registration_number_several")
NUMBER_DOUBTFUL: Final = Line(
    response="utter_registration_number_doubtful",
    again="utter_registration_number_doubtful_again",
    closes=True,
)
"""Letters stood for digits: asked about before anything is texted."""
NUMBER_NOT_KEPT: Final = _miss("utter_registration_number_not_kept")
NO_MOBILE: Final = _closing("utter_registration_no_mobile")
NUMBER_NOT_YET_CODE: Final = Line(response="utter_registration_number_before_code", is_miss=True)

# ---- the security code -------------------------------------------------------------------------

CODE_SENT: Final = _closing("utter_registration_code_sent")
CODE_RESENT_SAME: Final = _miss("utter_registration_code_resent_same")
CODE_RESENT_NEW: Final = _miss("utter_registration_code_resent_new")

SEND_REFUSED: Final[Mapping[Problem, Line]] = {
    Problem.RESEND_TOO_SOON: _miss("utter_registration_code_wait"),
    Problem.TOO_MANY_SENDS: _miss("utter_registration_code_too_many_sends"),
    Problem.LOCKED: Line(
        response="utter_registration_code_locked",
        again="utter_registration_code_locked_again",
        closes=True,
        is_miss=True,
        offers_person=True,
    ),
    Problem.NUMBER_NEEDED: Line(response="utter_registration_number_needed"),
    Problem.TEXT_NOT_ACCEPTED: _miss("utter_registration_code_not_sent"),
    Problem.NUMBER_ALREADY_VERIFIED: Line(response="utter_registration_already_verified"),
    Problem.NOT_FOUND: GONE,
}

OTHER_WAYS: Final = _closing("utter_registration_code_other_ways", offers_person=True)
"""Said when a code has not come for the second time."""

CODE_LOCKED_FOR_GOOD: Final = _closing(
    "utter_registration_code_locked_for_good", is_miss=True, offers_person=True
)

CODE_FAULTS: Final[Mapping[CodeFault, Line]] = {
    CodeFault.TOO_FEW: _miss("utter_registration_code_too_few"),
    CodeFault.TOO_MANY: _miss("utter_registration_code_too_many"),
    CodeFault.NOT_DIGITS: _miss("utter_registration_code_not_digits"),
}
CODE_INCORRECT: Final = _miss("utter_registration_code_incorrect")
CODE_INCORRECT_ONE_LEFT: Final = _miss("utter_registration_code_incorrect_one_left")
CODE_INCORRECT_NONE_LEFT: Final = Line(
    response="utter_registration_code_incorrect_none_left",
    closes=True,
    is_miss=True,
    offers_person=True,
)
CODE_EXPIRED: Final[Mapping[bool, Line]] = {
    True: _miss("utter_registration_code_expired_new_sent"),
    False: _miss("utter_registration_code_expired"),
}
CODE_SEVERAL: Final = _miss("utter_registration_code_several")
CODE_OF_OTHER_SERVICE: Final = _miss("utter_registration_code_other_service")
CODE_OF_APP: Final = _miss("utter_registration_code_of_app")
CODE_HELP: Final = _miss("utter_registration_code_help")
CODE_AWAITED: Final = Line(
    response="utter_registration_code_awaited",
    again="utter_registration_code_awaited_again",
    closes=True,
)
CODE_NOT_COME: Final = _miss("utter_registration_code_not_come")


def code_incorrect(tries_left: int) -> Line:
    """Return the line for a wrong code."""
    if tries_left == 0:
        return CODE_INCORRECT_NONE_LEFT
    if tries_left == 1:
        return CODE_INCORRECT_ONE_LEFT
    return CODE_INCORRECT.filled(tries_left=tries_left)


# ---- what became of the text -------------------------------------------------------------------

DELIVERY_WAIT: Final[Mapping[DeliveryState, Line]] = {
    DeliveryState.CREATED: _miss("utter_registration_code_wait_on_its_way"),
    DeliveryState.ACCEPTED: _miss("utter_registration_code_wait_on_its_way"),
    DeliveryState.SENT: _miss("utter_registration_code_wait_sent"),
    DeliveryState.DELIVERED: _miss("utter_registration_code_wait_delivered"),
    DeliveryState.UNDELIVERED: _miss("utter_registration_code_wait_undelivered"),
    DeliveryState.FAILED: _miss("utter_registration_code_wait_undelivered"),
}
"""Asked for again before the wait is over: what the network says, and how long."""

NOT_DELIVERED: Final[Mapping[DeliveryReason, Line]] = {
    DeliveryReason.HANDSET_OFF: Line(response="utter_registration_delivery_handset_off"),
    DeliveryReason.EXPIRED: Line(response="utter_registration_delivery_late"),
    DeliveryReason.UNKNOWN: Line(response="utter_registration_delivery_unknown"),
    DeliveryReason.BLOCKED: _miss("utter_registration_delivery_blocked"),
    DeliveryReason.FILTERED: _miss("utter_registration_delivery_filtered"),
    DeliveryReason.NO_ROUTE: _miss("utter_registration_delivery_no_route"),
    DeliveryReason.UNKNOWN_NUMBER: _miss("utter_registration_delivery_unknown_number"),
    DeliveryReason.LANDLINE: _miss("utter_registration_delivery_landline"),
    DeliveryReason.NOT_MOBILE: _miss("utter_registration_delivery_landline"),
    DeliveryReason.OPTED_OUT: _miss("utter_registration_delivery_opted_out"),
}
"""What the network said; a closing line means that the same text again would not arrive either."""

# ---- the end -----------------------------------------------------------------------------------

DONE: Final = _closing("utter_registration_done")
LINK_NOT_MADE: Final = _miss("utter_registration_link_not_made")
NOT_VERIFIED: Final = Line(response="utter_registration_not_verified")

WHERE_IN_FORM: Final[Mapping[str, Line]] = {
    "registration_invitation": Line(response="utter_registration_where_invitation"),
    "registration_number": Line(response="utter_registration_where_number"),
    "registration_code": Line(response="utter_registration_where_code"),
}
GREETING: Final = Line(
    response="utter_registration_greeting", again="utter_registration_greeting_again"
)
WELCOME_BACK: Final = Line(response="utter_registration_welcome_back")
NOT_BEGUN: Final = Line(response="utter_registration_link_problem")

STOPPED: Final = Line(response="utter_registration_stopped")
STARTED_OVER: Final = Line(response="utter_registration_started_over")
NOTHING_OFFERED: Final = Line(response="utter_registration_nothing_offered")
OFFER_DECLINED: Final[Mapping[Offer, Line]] = {
    Offer.CARRY_ON: Line(response="utter_registration_later"),
}
"""Who has no invitation is led to asking for one instead."""

COACHED: Final[Mapping[Intent, Line]] = {
    Intent.RESEND_CODE: Line(response="utter_registration_coach_resend_code"),
    Intent.CODE_PROBLEM: Line(response="utter_registration_coach_code_problem"),
    Intent.CHANGE_PHONE_NUMBER: Line(response="utter_registration_coach_change_phone_number"),
}
"""For a person who is on the hub's own page."""
