"""The registration form: where it begins, its steps and their questions."""

from collections.abc import Mapping
from dataclasses import replace

from actions.core.form import JourneyForm, Question, Step
from actions.core.intents import OVERRIDING, Intent
from actions.core.lines import Line, Outcome, say
from actions.core.page import fact_in
from actions.core.services import Services
from actions.core.slots import NEXT_FORM
from actions.core.turn import Turn
from actions.registration import outcomes, slots
from actions.registration.steps import CodeStep, InvitationStep, NumberStep, is_offered
from clients.hub import RegistrationState
from wire import placeholders

_UNDER_WAY = (RegistrationState.NUMBER_NEEDED, RegistrationState.CODE_NEEDED)

_CARRIED_OVER = frozenset(
    {Intent.RESEND_CODE, Intent.CODE_PROBLEM, Intent.CHANGE_PHONE_NUMBER, Intent.GIVE_CODE}
)
"""Wishes that the first step may take at once when the form begins with them."""


class RegistrationForm(JourneyForm):
    """`validate_registration_form`."""

    form = slots.FORM

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._steps: dict[str, Step] = {
            slots.INVITATION: InvitationStep(services),
            slots.NUMBER: NumberStep(services),
            slots.CODE: CodeStep(services),
        }

    @property
    def steps(self) -> Mapping[str, Step]:
        """Return the steps in the order asked."""
        return self._steps

    def must_begin(self, turn: Turn) -> bool:
        """Tell whether the hub has still to say where this conversation left off."""
        is_looked_up = bool(turn.slots.get(slots.LOOKED_UP))
        return super().must_begin(turn) or (not is_looked_up and turn.intent not in OVERRIDING)

    async def begin(self, turn: Turn) -> Outcome:
        """Take up the registration where the hub says it stands, then what the message says."""
        fact = None if turn.references else fact_in(turn.text)
        if fact is not None:
            # A question about the page, taken for the wish to register: nothing is begun by it.
            return say(replace(fact, closes=True), slots=slots.NOTHING, ends_form=True)
        lines: list[Line] = []
        told = {slots.INVITATION: turn.slots.get(slots.INVITATION), slots.LOOKED_UP: True}
        if turn.values(placeholders.INVITATION):
            told = {**slots.NOTHING, slots.LOOKED_UP: True}  # perhaps another child's
        elif not turn.slots.get(slots.LOOKED_UP):
            found = await self.services.hub.registration_of(turn.conversation_id)
            if found is not None:
                told = slots.told_by(found)
                lines = [outcomes.RESUMED] if found.state in _UNDER_WAY else []
        outcome = await self._first_step(turn, told)
        # Whatever led here: this is the registration that may have been asked for beside it.
        return outcome.after(*lines).with_slots({**told, NEXT_FORM: None})

    async def _first_step(self, turn: Turn, told: Mapping[str, object]) -> Outcome:
        slot = slots.next_slot({**turn.slots, **told})
        brings_something = bool(turn.references) or turn.intent in _CARRIED_OVER
        if slot is None or not (brings_something or turn.awaiting == slot):
            return Outcome()
        taken = await self._steps[slot].take(turn.moved_to(slot, told))
        return taken or Outcome()


class AskInvitation(Question):
    """`action_ask_registration_invitation`."""

    slot = slots.INVITATION

    def line(self, turn: Turn) -> Line:  # noqa: ARG002 - the question is the same for all
        """Return the question for the invitation code."""
        return Line(
            response="utter_ask_registration_invitation",
            again="utter_ask_registration_invitation_again",
        )


class AskNumber(Question):
    """`action_ask_registration_number`."""

    slot = slots.NUMBER

    def line(self, turn: Turn) -> Line:
        """Return the question for the number; by text message the number texted from is offered."""
        if turn.sender is not None and is_offered(turn):
            return Line(
                response="utter_ask_registration_number_sender",
                again="utter_ask_registration_number_sender_again",
                parameters={"ends_with": turn.sender.last_three},
            )
        return Line(
            response="utter_ask_registration_number", again="utter_ask_registration_number_again"
        )


class AskCode(Question):
    """`action_ask_registration_code`."""

    slot = slots.CODE

    def line(self, turn: Turn) -> Line:
        """Return the question for the security code."""
        return Line(
            response="utter_ask_registration_code",
            again="utter_ask_registration_code_again",
            parameters={"ends_with": str(turn.slots.get(slots.NUMBER))},
        )
