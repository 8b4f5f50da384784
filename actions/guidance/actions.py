"""Answer questions from the guidance, in a form or outside."""

from dataclasses import replace

from actions.core.intents import Intent
from actions.core.journey import JourneyAction
from actions.core.lines import Handoff, Line, Outcome, say
from actions.core.turn import Turn
from actions.guidance.outcomes import ANSWERS


class AnswerQuestion(JourneyAction):
    """Say what the guidance says; a form that is active then asks its question again."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_answer"

    async def act(self, turn: Turn) -> Outcome | None:
        """Look the answer up by the intent."""
        answer = ANSWERS[Intent(turn.intent)]
        outcome = say(
            Line(response=answer.response, closes=answer.asks_nothing_more),
            is_progress=turn.form is None,
        )
        if answer.hands_over is None:
            return outcome
        return replace(
            outcome,
            lines=(*outcome.lines, self.services.contacts.person()),
            handoff=Handoff(reason=answer.hands_over, journey=turn.form, step=turn.awaiting),
        )
