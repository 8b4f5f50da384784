"""Leave a form, begin it again, go from one to another, keep what was given too early."""

from typing import Any

from actions.core.also import LEADS
from actions.core.forms import BY_EMAIL, prefix_of
from actions.core.journey import JourneyAction
from actions.core.lines import Outcome, say
from actions.core.slots import GIVEN_EMAIL, MAIL_FORM, MISSES, NEXT_FORM, OFFER, REQUESTED_SLOT
from actions.core.turn import Turn
from actions.course import outcomes
from wire import placeholders


class Leave(JourneyAction):
    """Leave the form, whatever it was asking; what the hub has done stays done."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_leave"

    async def act(self, turn: Turn) -> Outcome | None:
        """Forget the form's slots and say that it is left."""
        form = turn.form or ""
        slots = {**_slots_of(form, turn), MISSES: 0, OFFER: None, NEXT_FORM: None}
        return say(outcomes.LEFT[form], slots=slots, ends_form=True)


class BeginAgain(JourneyAction):
    """Begin the form that is active with its first question."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_begin_again"

    async def act(self, turn: Turn) -> Outcome | None:
        """Forget the form's slots; the form then begins as if it had never been asked for."""
        slots = {**_slots_of(turn.form or "", turn), MAIL_FORM: None, REQUESTED_SLOT: None}
        return say(outcomes.BEGUN_AGAIN, slots={**slots, MISSES: 0, GIVEN_EMAIL: None})


class Switch(JourneyAction):
    """Leave the form without a word, for another that the rules begin next."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_switch"

    async def act(self, turn: Turn) -> Outcome | None:
        """Forget the form's slots, and that something was asked."""
        slots = {**_slots_of(turn.form or "", turn), REQUESTED_SLOT: None, OFFER: None}
        return say(slots={**slots, MISSES: 0})


class TakeEmail(JourneyAction):
    """An email address that no form asks for: for the request that was just made, or for later."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_take_email"

    async def act(self, turn: Turn) -> Outcome | None:
        """Correct the last request, or keep the address and ask what it is for."""
        last = turn.slots.get(MAIL_FORM)
        given = turn.values(placeholders.EMAIL)
        if isinstance(last, str):
            return Outcome(next_action=last)
        wanted = LEADS.get(turn.also) if turn.also else None
        if wanted in BY_EMAIL:
            return Outcome(next_action=wanted)
        return say(outcomes.WHAT_FOR, slots={GIVEN_EMAIL: given[0] if given else None})


def _slots_of(form: str, turn: Turn) -> dict[str, Any]:
    """Return the slots of a form's journey, empty: a slot is named after its journey."""
    prefix = prefix_of(form)
    return {name: None for name in turn.slots if prefix and name.startswith(prefix)}
