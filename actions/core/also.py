"""The second request of a message that makes two: answered beside the first, or begun after it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from actions.core import forms
from actions.core.intents import Intent
from actions.core.lines import Line, Outcome
from actions.core.person import offer_person
from actions.core.services import Services
from actions.core.slots import NEXT_FORM
from actions.core.turn import Turn
from wire.names import SMS, WEBCHAT

ANSWERED: Final[Mapping[Intent, str]] = {
    Intent.INVITATION_NOT_RECEIVED: "utter_guidance_invitation_not_received",
    Intent.SET_UP_TWO_FACTOR: "utter_guidance_set_up_two_factor",
    Intent.USE_SMS_CODE: "utter_guidance_use_sms_code",
    Intent.USE_AUTHENTICATOR_APP: "utter_guidance_use_authenticator_app",
    Intent.LOST_PHONE: "utter_guidance_lost_phone",
    Intent.PASSWORD_RESET: "utter_guidance_password_reset",
    Intent.SIGN_IN_HELP: "utter_guidance_sign_in_help",
    Intent.NEEDS_ASSESSMENT_INFO: "utter_guidance_needs_assessment",
    Intent.LOCAL_OFFER_INFO: "utter_guidance_local_offer",
    Intent.WHY_NEEDED_OR_IS_SAFE: "utter_guidance_why_needed_or_is_safe",
    Intent.WHO_ARE_YOU: "utter_guidance_who_are_you",
    Intent.OUT_OF_SCOPE: "utter_guidance_out_of_scope",
}
"""Questions that one sentence answers wherever the conversation stands; as in the guidance."""

COACHED: Final[Mapping[Intent, str]] = {
    Intent.RESEND_CODE: "utter_registration_coach_resend_code",
    Intent.CODE_PROBLEM: "utter_registration_coach_code_problem",
    Intent.CHANGE_PHONE_NUMBER: "utter_registration_coach_change_phone_number",
    Intent.REGISTRATION_STATUS_OR_LINK_PROBLEM: "utter_guidance_link",
}
"""Wishes that the registration's own steps deal with; elsewhere they are answered for the page."""

OPT_OUT: Final[Mapping[str, str]] = {
    SMS: "utter_support_opt_out_sms",
    WEBCHAT: "utter_support_opt_out_webchat",
}

TO_DO_SO: Final[Mapping[Intent, str]] = {
    Intent.STOP_OR_CANCEL: "utter_course_to_leave",
    Intent.START_OVER: "utter_course_to_begin_again",
}
"""Half a message does not throw away what was done: how to leave or begin again is told."""

FOR_A_PERSON: Final[Mapping[Intent, tuple[str | None, str]]] = {
    Intent.TALK_TO_HUMAN: (None, "asked"),
    Intent.ABUSE_OR_COMPLAINT: ("utter_guidance_complaint", "complaint"),
    Intent.CHANGE_LANGUAGE_OR_FOREIGN: ("utter_guidance_language", "language"),
}
"""What leads to a person: the words before the offer, and the reason for the ticket."""

POLITE: Final = frozenset({Intent.GREET, Intent.THANK, Intent.GOODBYE})
"""What takes nothing from the request that stands beside it."""

LEADS: Final[Mapping[Intent, str]] = {
    Intent.REGISTER_ACCOUNT: forms.REGISTRATION,
    Intent.INVITATION_NOT_RECEIVED: forms.INVITATION,
    Intent.PASSWORD_RESET: forms.PASSWORD_RESET,
    Intent.LOST_PHONE: forms.LOST_PHONE,
    Intent.USE_AUTHENTICATOR_APP: forms.AUTHENTICATOR,
}
"""Requests that a form deals with; it begins once the first request is answered."""


REGISTER_NEXT: Final = Line(response="utter_course_register_next")
"""A form is under way; the registration that was asked for beside it comes after it."""

_REGISTERING: Final = (forms.REGISTRATION, forms.AUTHENTICATOR, forms.INVITATION)
"""Who is in one of these is registering already, or waits for the invitation to do so."""


async def with_second(
    services: Services,
    turn: Turn,
    outcome: Outcome,
    *,
    form: str | None = None,
    is_of_form: bool = False,
    is_question: bool = False,
) -> Outcome:
    """Return the outcome that deals with the message's second request too, once in a turn.

    Args:
        form: the form that is being worked on, also where it is only beginning.
        is_of_form: the outcome is that form's own.
        is_question: the outcome is a form's question, which stays last.
    """
    if is_of_form and outcome.ends_form and outcome.next_action is None:
        return _on_to_next(turn, outcome, form)
    if turn.also is None or not outcome.lines or turn.intent == Intent.DISTRESS_OR_SAFEGUARDING:
        return outcome
    if turn.also in FOR_A_PERSON:
        return await _with_person(services, turn, outcome, is_question=is_question)
    is_free = turn.form is None and outcome.next_action is None and outcome.handoff is None
    if is_free and not is_of_form and turn.also in LEADS:
        return replace(outcome, next_action=LEADS[turn.also])
    if _wants_to_register_next(turn, form):
        outcome = outcome.with_slots({NEXT_FORM: forms.REGISTRATION})
        line: Line | None = REGISTER_NEXT
    else:
        line = answer(turn.also) or _other(turn, is_of_form=is_of_form)
    if line is None or _is_said(turn, outcome, line):
        return outcome
    *first, last = outcome.lines
    stays_last = is_question or last.closes
    lines = (*first, line, last) if stays_last else (*first, last, line)
    return replace(outcome, lines=lines)


def _wants_to_register_next(turn: Turn, form: str | None) -> bool:
    is_elsewhere = form is not None and form not in _REGISTERING
    return is_elsewhere and turn.also is Intent.REGISTER_ACCOUNT


def _on_to_next(turn: Turn, outcome: Outcome, form: str | None) -> Outcome:
    """Return a form's end that leads on to what was asked for beside it, if anything was."""
    following = turn.slots.get(NEXT_FORM)
    if following is None and _wants_to_register_next(turn, form):
        following = forms.REGISTRATION
    if not isinstance(following, str):
        return outcome
    # The next form's question comes, so nothing says any more what to type.
    lines = tuple(replace(line, closes=False) for line in outcome.lines)
    slots = {**outcome.slots, NEXT_FORM: None}
    return replace(outcome, lines=lines, slots=slots, next_action=following)


def answer(intent: str) -> Line | None:
    """Return the sentence that answers a question wherever it is asked; None: it takes more."""
    try:
        return Line(response=ANSWERED[Intent(intent)])
    except (KeyError, ValueError):
        return None


def _other(turn: Turn, *, is_of_form: bool) -> Line | None:
    """Return the line for a second request that is no question."""
    assert turn.also is not None
    if turn.also is Intent.OPT_OUT:
        return Line(response=OPT_OUT[turn.channel])
    if turn.also in TO_DO_SO:
        return Line(response=TO_DO_SO[turn.also]) if turn.form else None
    is_the_steps = turn.form == forms.REGISTRATION or is_of_form
    return None if is_the_steps or turn.also not in COACHED else Line(response=COACHED[turn.also])


async def _with_person(
    services: Services, turn: Turn, outcome: Outcome, *, is_question: bool
) -> Outcome:
    """Offer a person after the answer; an offer ends in a question, so a form's own is left out."""
    was_offered = any(said.closes and _is_of_support(said.response) for said in turn.said_now)
    if outcome.handoff is not None or was_offered:
        return outcome
    assert turn.also is not None
    words, reason = FOR_A_PERSON[turn.also]
    offered = await offer_person(services, turn, reason=reason)
    answered = () if is_question else outcome.lines
    before = () if words is None else (Line(response=words),)
    return replace(outcome, lines=(*answered, *before, *offered.lines), handoff=offered.handoff)


def _is_of_support(response: str) -> bool:
    """Tell whether a response is one by which a person is offered: they are named `support`."""
    return response.split("_")[1] == "support"


def _is_said(turn: Turn, outcome: Outcome, line: Line) -> bool:
    said = {one.response for one in turn.said_now} | {one.response for one in outcome.lines}
    return line.response in said
