"""A person, wellbeing, opting out, leaving, and what is said when nothing was understood."""

from actions.core.journey import JourneyAction
from actions.core.lines import Outcome, say
from actions.core.page import fact_in
from actions.core.person import offer_person
from actions.core.slots import MISSES, OFFER
from actions.core.turn import Turn
from actions.core.wellbeing import wellbeing
from actions.core.writers import Writer, writer_of
from actions.support import outcomes
from actions.support.doubt import which


class TalkToPerson(JourneyAction):
    """Offer a person and tell the worker so; works from every state.

    A form stays where it is, so that the person or the parent can go on from there.
    """

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_talk_to_person"

    async def act(self, turn: Turn) -> Outcome | None:
        """Offer to pass the conversation on, or give the configured contact details."""
        return await offer_person(self.services, turn, reason="asked")


class Wellbeing(JourneyAction):
    """Answer distress or danger; nothing about registration stands in that turn."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_wellbeing"

    async def act(self, turn: Turn) -> Outcome | None:
        """Name the emergency number and the two help lines."""
        return wellbeing(turn, self.services.contacts)


class OptOut(JourneyAction):
    """Say how the texts are switched off; the carrier's own keyword does it."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_opt_out"

    async def act(self, turn: Turn) -> Outcome | None:
        """Name the keyword by text message; the web chat sends nothing by itself.

        A child who has got here by mistake is told where a child is helped.
        """
        if writer_of(turn.text) is Writer.CHILD:
            return say(outcomes.CHILD, outcomes.OPT_OUT[turn.channel])
        return say(outcomes.OPT_OUT[turn.channel])


class StopNothing(JourneyAction):
    """Stop, where nothing was being done."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_stop"

    async def act(self, turn: Turn) -> Outcome | None:  # noqa: ARG002 - nothing of it is needed
        """Withdraw what was offered."""
        return say(outcomes.STOPPED, slots={OFFER: None}, is_progress=True)


class Fallback(JourneyAction):
    """Not surely understood: which of two was it, or a hint; then the ways on, a person among them.

    A form's steps take numbers for answers of their own, so there nobody is asked which of two.
    """

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_fallback"

    async def act(self, turn: Turn) -> Outcome | None:
        """Climb the ladder by the failed tries before."""
        fact = fact_in(turn.text)
        if fact is not None:
            return say(fact)
        missed_before = bool(turn.slots.get(MISSES))
        question = None if missed_before or turn.form else which(turn)
        if question is not None:
            return say(*question)
        ladder = outcomes.LADDER_IN_FORM if turn.form else outcomes.LADDER
        return say(ladder[missed_before])
