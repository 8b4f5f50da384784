"""The second request of a message that makes two: answered beside the first, or begun after it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from actions.core import forms
from actions.core.contacts import Contacts
from actions.core.intents import Intent
from actions.core.lines import Handoff, Line, Outcome
from actions.core.turn import Turn

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

LEADS: Final[Mapping[Intent, str]] = {
    Intent.REGISTER_ACCOUNT: forms.REGISTRATION,
    Intent.INVITATION_NOT_RECEIVED: forms.INVITATION,
    Intent.PASSWORD_RESET: forms.PASSWORD_RESET,
    Intent.LOST_PHONE: forms.LOST_PHONE,
    Intent.USE_AUTHENTICATOR_APP: forms.AUTHENTICATOR,
}
"""Requests that a form deals with; it begins once the first request is answered."""


def with_second(
    turn: Turn,
    outcome: Outcome,
    contacts: Contacts,
    *,
    is_of_form: bool = False,
    is_question: bool = False,
) -> Outcome:
    """Return the outcome that deals with the message's second request too, once in a turn.

    Args:
        is_of_form: a form is being worked on, also where it is only beginning.
        is_question: the outcome is a form's question, which stays last.
    """
    if turn.also is None or not outcome.lines or turn.intent == Intent.DISTRESS_OR_SAFEGUARDING:
        return outcome
    if turn.also is Intent.TALK_TO_HUMAN:
        return _with_person(turn, outcome, contacts)
    is_free = turn.form is None and outcome.next_action is None and outcome.handoff is None
    if is_free and not is_of_form and turn.also in LEADS:
        return replace(outcome, next_action=LEADS[turn.also])
    line = answer(turn.also)
    if line is None or _is_said(turn, outcome, line):
        return outcome
    *first, last = outcome.lines
    stays_last = is_question or last.closes
    lines = (*first, line, last) if stays_last else (*first, last, line)
    return replace(outcome, lines=lines)


def answer(intent: str) -> Line | None:
    """Return the sentence that answers a question wherever it is asked; None: it takes more."""
    try:
        return Line(response=ANSWERED[Intent(intent)])
    except (KeyError, ValueError):
        return None


def _with_person(turn: Turn, outcome: Outcome, contacts: Contacts) -> Outcome:
    person = contacts.person()
    if outcome.handoff is not None or _is_said(turn, outcome, person):
        return outcome
    handoff = Handoff(reason="asked", journey=turn.form, step=turn.awaiting)
    return replace(outcome, lines=(*outcome.lines, person), handoff=handoff)


def _is_said(turn: Turn, outcome: Outcome, line: Line) -> bool:
    said = {one.response for one in turn.said_now} | {one.response for one in outcome.lines}
    return line.response in said
