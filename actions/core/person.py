"""Offering a person: with facts where a helpdesk can be passed to, with contact details always."""

import asyncio
from typing import Any, Final

from actions.core.lines import Handoff, Line, Outcome, say
from actions.core.services import Services
from actions.core.slots import MISSES
from actions.core.turn import Turn
from clients.errors import ClientError
from clients.hub import RegistrationState
from clients.messaging import Offer

VERIFIED_WITHIN_S: Final = 2.0
"""For a fact that is good to have; the offer waits for it no longer."""
MOST_TRIED: Final = 8

_PROVED: Final = (RegistrationState.VERIFIED, RegistrationState.COMPLETE)
_NOT_TRIED: Final = ("core ", "support ", "wellbeing", "edge ")
"""What begins like this is no step of a journey."""


async def offer_person(services: Services, turn: Turn, *, reason: str) -> Outcome:
    """Return an offer to pass the conversation on, or how to reach a person where it cannot be.

    Args:
        reason: a word for the ticket; `messaging.handoff.ticket` knows the usual ones.
    """
    offer = await _offer(services, turn)
    if offer is None:
        return say(
            services.contacts.person(),
            slots={MISSES: 0},
            handoff=Handoff(reason=reason, journey=turn.form, step=turn.awaiting),
        )
    handoff = Handoff(
        reason=reason,
        journey=turn.form,
        step=turn.awaiting,
        offer=offer.version,
        with_number=offer.number_ends_with is not None,
        facts=await _facts(services, turn),
    )
    return say(*_lines(services, offer), slots={MISSES: 0}, handoff=handoff)


async def _offer(services: Services, turn: Turn) -> Offer | None:
    if services.desk is None:
        return None
    try:
        return await services.desk.offer(turn.conversation_id)
    except ClientError:
        return None  # phone and email are still true


def _lines(services: Services, offer: Offer) -> tuple[Line, ...]:
    contacts = services.contacts
    by_phone = [_unvaried(contacts.person())] if contacts.phone or contacts.email else []
    if offer.number_ends_with is None:
        choice = Line(response="utter_support_offer_choice")
    else:
        choice = Line(
            response="utter_support_offer_choice_number",
            parameters={"ends_with": offer.number_ends_with},
        )
    return _unvaried(_standing(offer)), *by_phone, _unvaried(choice)


def _standing(offer: Offer) -> Line:
    """Return the line that tells what is shared with whom, and when they answer."""
    team = {"team": offer.team}
    if offer.is_open is False and offer.back is not None:
        return Line(response="utter_support_offer_closed", parameters={**team, "back": offer.back})
    if offer.is_open is not False and offer.wait is not None:
        return Line(
            response="utter_support_offer_open_wait", parameters={**team, "wait": offer.wait}
        )
    if offer.is_open:
        return Line(response="utter_support_offer_open", parameters=team)
    return Line(response="utter_support_offer_hours_unset", parameters=team)


def _unvaried(line: Line) -> Line:
    """Return the line as one that keeps its words: they are what a parent agrees to.

    What was said between two offers, by the switchboard, does not stand in Rasa's tracker.
    """
    return Line(
        response=line.response,
        parameters=line.parameters,
        again=line.response,
        closes=True,
        offers_person=True,
    )


async def _facts(services: Services, turn: Turn) -> dict[str, Any]:
    plain = [name.removeprefix("utter_").replace("_", " ") for name in turn.answers]
    tried = [name for name in plain if not name.startswith(_NOT_TRIED)]
    facts: dict[str, Any] = {"verified": await _verified(services, turn)}
    if tried:
        facts["tried"] = list(dict.fromkeys(tried[-MOST_TRIED:]))
        facts["last_answer"] = tried[-1]
    return facts


async def _verified(services: Services, turn: Turn) -> str:
    try:
        async with asyncio.timeout(VERIFIED_WITHIN_S):
            registration = await services.hub.registration_of(turn.conversation_id)
    except (ClientError, TimeoutError):
        return "not known: the hub did not answer"
    if registration is None:
        return "no: no registration was begun here"
    return "yes" if registration.state in _PROVED else "no"
