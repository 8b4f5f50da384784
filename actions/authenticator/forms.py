"""The form that sets an authenticator app up, in the place of a mobile number."""

from collections.abc import Mapping

from actions.authenticator import outcomes, slots
from actions.authenticator.steps import CodeStep, SetupStep, is_proved, shown_or_refused
from actions.core.choices import Offer
from actions.core.form import JourneyForm, Question, Step
from actions.core.intents import OVERRIDING
from actions.core.lines import Line, Outcome, say
from actions.core.services import Services
from actions.core.slots import OFFER, PREFERS_APP
from actions.core.turn import Turn
from clients.hub import RegistrationState
from wire.names import SMS


class AuthenticatorForm(JourneyForm):
    """`validate_authenticator_form`."""

    form = slots.FORM

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._steps: dict[str, Step] = {
            slots.SETUP: SetupStep(services),
            slots.CODE: CodeStep(services),
        }

    @property
    def steps(self) -> Mapping[str, Step]:
        """Return the steps in the order asked."""
        return self._steps

    def must_begin(self, turn: Turn) -> bool:
        """Tell whether the hub has still to say which registration the app is for."""
        is_begun = turn.slots.get(slots.REGISTRATION) is not None
        return super().must_begin(turn) or (not is_begun and turn.intent not in OVERRIDING)

    async def begin(self, turn: Turn) -> Outcome:
        """Look for the registration that the app is for; coach where there is none."""
        found = await self.services.hub.registration_of(turn.conversation_id)
        if found is None:
            return self._coached()
        if found.state is RegistrationState.COMPLETE:
            return say(outcomes.ALREADY_COMPLETE, slots={slots.SETUP: None}, ends_form=True)
        told = {slots.REGISTRATION: found.registration_id, PREFERS_APP: None}
        if is_proved(found):
            done = {slots.SETUP: slots.VERIFIED, slots.CODE: slots.VERIFIED}
            return Outcome(slots={**told, **done})
        if turn.channel == SMS:
            return say(outcomes.PAGE_FIRST, slots={**told, slots.SETUP: None, slots.CODE: None})
        return await shown_or_refused(self.services, turn, found.registration_id)

    def _coached(self) -> Outcome:
        """Say how it is done on the hub's page, and offer to do it here."""
        wish = {PREFERS_APP: True, OFFER: Offer.HAS_INVITATION}
        return say(outcomes.COACHED, slots={**wish, slots.SETUP: None}, ends_form=True)


class AskSetup(Question):
    """`action_ask_authenticator_setup`."""

    slot = slots.SETUP

    def line(self, turn: Turn) -> Line:  # noqa: ARG002 - the question is the same for all
        """Return the warning and the question."""
        return Line(
            response="utter_ask_authenticator_setup", again="utter_ask_authenticator_setup_again"
        )


class AskCode(Question):
    """`action_ask_authenticator_code`."""

    slot = slots.CODE

    def line(self, turn: Turn) -> Line:  # noqa: ARG002 - the question is the same for all
        """Return the question for the app's code."""
        return Line(
            response="utter_ask_authenticator_code", again="utter_ask_authenticator_code_again"
        )
