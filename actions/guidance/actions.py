"""Answer questions from the guidance, in a form or outside."""

from dataclasses import replace

from actions.core.begun import reminded
from actions.core.intents import Intent
from actions.core.journey import JourneyAction
from actions.core.lines import Line, Outcome, say
from actions.core.page import fact_in
from actions.core.person import offer_person
from actions.core.slots import GIVEN_EMAIL
from actions.core.turn import Turn
from actions.guidance.outcomes import answer_to, said_by_words
from wire import placeholders


class AnswerQuestion(JourneyAction):
    """Say what the guidance says; a form that is active then asks its question again."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return "action_answer"

    async def act(self, turn: Turn) -> Outcome | None:
        """Look the answer up by the intent."""
        intent = Intent(turn.intent)
        fact = fact_in(turn.text)
        if fact is not None:
            outcome = say(fact, slots=_kept(turn), is_progress=turn.form is None)
            return await reminded(self.services, turn, outcome)
        answer = said_by_words(intent, turn.text) or answer_to(
            intent, form=turn.form, awaiting=turn.awaiting
        )
        outcome = say(
            Line(response=answer.response, again=answer.again, closes=answer.asks_nothing_more),
            *self._addresses(intent),
            slots=_kept(turn),
            is_progress=turn.form is None,
        )
        if answer.asks_nothing_more or answer.is_for_others:
            return outcome
        if answer.hands_over is None:
            return await reminded(self.services, turn, outcome)
        offered = await offer_person(self.services, turn, reason=answer.hands_over)
        return replace(
            outcome,
            lines=(*outcome.lines, *offered.lines),
            slots={**outcome.slots, **offered.slots},
            handoff=offered.handoff,
        )

    def _addresses(self, intent: Intent) -> tuple[Line, ...]:
        """Return where the page is that the answer speaks of."""
        contacts = self.services.contacts
        match intent:
            case Intent.LOCAL_OFFER_INFO:
                return contacts.local_offer_address()
            case Intent.SIGN_IN_HELP | Intent.PASSWORD_RESET | Intent.NEEDS_ASSESSMENT_INFO:
                return contacts.sign_in_address()
            case _:
                return ()


def _kept(turn: Turn) -> dict[str, str]:
    """Return the slot of an address that was given in the middle of something else, for later."""
    given = turn.values(placeholders.EMAIL)
    return {GIVEN_EMAIL: given[0]} if len(given) == 1 else {}
