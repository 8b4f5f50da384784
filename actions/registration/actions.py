"""What the registration journey does besides its form's steps."""

from datetime import timedelta
from typing import Final

from actions.core import forms
from actions.core.begun import next_step
from actions.core.choices import Offer
from actions.core.intents import Intent
from actions.core.journey import JourneyAction
from actions.core.lines import Line, Outcome, say
from actions.core.page import fact_in
from actions.core.slots import MISSES, OFFER, REQUESTED_SLOT
from actions.core.turn import Turn
from actions.registration import outcomes, slots
from clients.errors import ClientError
from clients.hub import HubRefused, Problem, Registration, RegistrationState
from wire.placeholders import outward

LINK_LIFETIME: Final = timedelta(minutes=15)
"""How long the link may wait to be sent; the vault keeps nothing longer."""

_UNDER_WAY = (RegistrationState.NUMBER_NEEDED, RegistrationState.CODE_NEEDED)


class SubmitRegistration(JourneyAction):
    """Give the link to go on with, after asking the hub once more whether the person is verified.

    A slot is never a proof: it may be old, and the account may have changed since.
    """

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_registration_submit"

    async def act(self, turn: Turn) -> Outcome | None:
        """Ask the hub, then hand out its link by way of the vault."""
        if any(said.closes for said in turn.said_now):
            return None  # the form was left for a reason that has been told
        registration = await self._registration(turn)
        if registration is None:
            return self._begin_anew()
        if registration.state is RegistrationState.COMPLETE:
            return self._complete()
        if registration.state is not RegistrationState.VERIFIED:
            return say(
                outcomes.NOT_VERIFIED, slots=slots.told_by(registration), next_action=slots.FORM
            )
        return await self._link(turn, registration.registration_id)

    async def _registration(self, turn: Turn) -> Registration | None:
        """Return what the hub says of the registration, by its id or by the conversation."""
        registration_id = turn.slots.get(slots.INVITATION)
        if not isinstance(registration_id, str):
            return await self.services.hub.registration_of(turn.conversation_id)
        try:
            return await self.services.hub.registration(registration_id)
        except HubRefused:
            return None

    async def _link(self, turn: Turn, registration_id: str) -> Outcome:
        try:
            link = await self.services.hub.continue_link(registration_id, key=turn.key("link"))
            reference = await self.services.vault.put(link.url, LINK_LIFETIME)
        except HubRefused as refusal:
            return self._link_refused(refusal)
        except ClientError:
            return say(outcomes.LINK_NOT_MADE, slots={OFFER: Offer.CARRY_ON})
        return say(
            outcomes.DONE.filled(link=outward(reference)),
            slots={OFFER: None},
            is_progress=True,
        )

    def _link_refused(self, refusal: HubRefused) -> Outcome:
        if refusal.problem is Problem.REGISTRATION_COMPLETE:
            return self._complete()
        return self._begin_anew()

    def _complete(self) -> Outcome:
        """Say that nothing is left to do, and where to sign in."""
        address = self.services.contacts.sign_in_address()
        return say(outcomes.ALREADY_COMPLETE, *address, is_progress=True)

    def _begin_anew(self) -> Outcome:
        return say(
            outcomes.GONE,
            slots={**slots.NOTHING, slots.LOOKED_UP: True},
            next_action=slots.FORM,
        )


class RegistrationStatus(JourneyAction):
    """Say where the person is, and what to do when the link in the email does not work."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_registration_status"

    async def act(self, turn: Turn) -> Outcome | None:
        """In the form, name the step; outside, ask the hub by the conversation."""
        fact = fact_in(turn.text)
        if fact is not None:
            return say(fact, is_progress=turn.form is None)
        step = outcomes.WHERE_IN_FORM.get(turn.awaiting or "")
        if step is not None:
            return say(step)
        found = await self.services.hub.registration_of(turn.conversation_id)
        if found is None:
            return say(outcomes.NOT_BEGUN, slots={OFFER: Offer.HAS_INVITATION}, is_progress=True)
        offer = None if found.state is RegistrationState.COMPLETE else Offer.CARRY_ON
        return say(_where(found), slots={OFFER: offer}, is_progress=True)


class Greet(JourneyAction):
    """Greet; who has a registration under way is reminded of it instead of asked for it."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_registration_greet"

    async def act(self, turn: Turn) -> Outcome | None:
        """Ask the hub by the conversation; a greeting is answered whether or not it says."""
        try:
            found = await self.services.hub.registration_of(turn.conversation_id)
        except ClientError:
            found = None
        if found is None or found.state is RegistrationState.COMPLETE:
            return say(outcomes.GREETING, slots={OFFER: Offer.HAS_INVITATION}, is_progress=True)
        return say(
            outcomes.WELCOME_BACK,
            _where(found),
            slots={OFFER: Offer.CARRY_ON},
            is_progress=True,
        )


def _where(found: Registration) -> Line:
    return next_step(found) or outcomes.ALREADY_COMPLETE


class CodeHelp(JourneyAction):
    """Wishes about a code or number that no step took: where a registration is under way, the form.

    Where none is, or the hub cannot say, the person is on the hub's own page and is coached there.
    """

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_registration_code_help"

    async def act(self, turn: Turn) -> Outcome | None:
        """Look whether this conversation has a registration under way."""
        fact = fact_in(turn.text)
        if fact is not None:
            return say(fact, is_progress=turn.form is None)
        if turn.form is None and await self._is_under_way(turn):
            return Outcome(next_action=slots.FORM)
        return say(outcomes.COACHED[Intent(turn.intent)], is_progress=turn.form is None)

    async def _is_under_way(self, turn: Turn) -> bool:
        try:
            found = await self.services.hub.registration_of(turn.conversation_id)
        except ClientError:
            return False
        return found is not None and found.state in _UNDER_WAY


class StartOver(JourneyAction):
    """Part with the registration and begin with the first question; the invitation stays good."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_registration_start_over"

    async def act(self, turn: Turn) -> Outcome | None:
        """Have the hub let go of the registration that this conversation has begun, if any."""
        found = await self.services.hub.registration_of(turn.conversation_id)
        if found is not None and found.state in _UNDER_WAY:
            await self._let_go(turn, found)
        return say(
            outcomes.STARTED_OVER,
            slots={
                **slots.NOTHING,
                slots.LOOKED_UP: True,
                REQUESTED_SLOT: None,
                MISSES: 0,
                OFFER: None,
            },
        )

    async def _let_go(self, turn: Turn, found: Registration) -> None:
        try:
            await self.services.hub.let_go(found.registration_id, key=turn.key("let-go"))
        except HubRefused:
            return  # gone already, which is what was wanted


class StopRegistration(JourneyAction):
    """Leave the form; the hub keeps what was done, so that it can be taken up again."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_registration_stop"

    async def act(self, turn: Turn) -> Outcome | None:  # noqa: ARG002 - nothing of it is needed
        """Leave the form and forget its slots."""
        return say(
            outcomes.STOPPED,
            slots={**slots.NOTHING, MISSES: 0, OFFER: Offer.CARRY_ON},
            ends_form=True,
        )


class YesOrNo(JourneyAction):
    """A bare yes or no outside the form: what it means depends on what was offered."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_registration_yes_or_no"

    async def act(self, turn: Turn) -> Outcome | None:
        """Go where the offer leads."""
        offer = turn.slots.get(OFFER)
        if offer is None:
            return say(outcomes.NOTHING_OFFERED, slots={OFFER: Offer.HAS_INVITATION})
        if turn.intent == Intent.AFFIRM:
            return Outcome(slots={OFFER: None}, next_action=slots.FORM)
        if offer == Offer.HAS_INVITATION:
            return Outcome(slots={OFFER: None}, next_action=forms.INVITATION)
        line = outcomes.OFFER_DECLINED[Offer(offer)]
        return say(line, slots={OFFER: None}, is_progress=True)
