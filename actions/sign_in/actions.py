"""Help a person to sign in; who has not finished registering is told so."""

from actions.core import moments
from actions.core.choices import Offer
from actions.core.journey import JourneyAction
from actions.core.lines import Line, Outcome, say
from actions.core.page import fact_in
from actions.core.slots import OFFER
from actions.core.turn import Turn
from actions.sign_in import outcomes
from actions.sign_in.topics import topic_of
from clients.errors import ClientError
from clients.hub import RegistrationStatus


class SignInHelp(JourneyAction):
    """Say what helps; of an account only what this conversation has itself begun."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_sign_in_help"

    async def act(self, turn: Turn) -> Outcome | None:
        """Ask the hub how far this registration is; without an answer, help anyway."""
        fact = fact_in(turn.text)
        if fact is not None:
            return say(fact, is_progress=True)
        status = await self._status(turn)
        lines = (outcomes.HELP[topic_of(turn.text)], *self.services.contacts.sign_in_address())
        if status is None:
            return say(*lines, is_progress=True)
        locked = self._lock(status)
        if locked is not None:
            return say(locked, is_progress=True)
        unfinished = outcomes.UNFINISHED.get(status.registration.state)
        if unfinished is not None:
            return say(unfinished, slots={OFFER: Offer.CARRY_ON}, is_progress=True)
        return say(*lines, is_progress=True)

    async def _status(self, turn: Turn) -> RegistrationStatus | None:
        try:
            found = await self.services.hub.registration_of(turn.conversation_id)
            if found is None:
                return None
            return await self.services.hub.status(found.registration_id)
        except ClientError:
            return None

    def _lock(self, status: RegistrationStatus) -> Line | None:
        if status.needs_help:
            return outcomes.LOCKED_FOR_GOOD
        if status.locked_for is None:
            return None
        until = moments.until(self.services.clock.now(), status.locked_for)
        return outcomes.LOCKED_UNTIL.filled(until=until)
