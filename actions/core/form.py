"""The base of every form: the step that is being asked takes the message, or leaves it alone."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from actions.core import also
from actions.core.intents import OVERRIDING
from actions.core.journey import JourneyAction
from actions.core.lines import Line, Outcome
from actions.core.page import fact_in
from actions.core.turn import Turn


class Step(Protocol):
    """One question of a form. Its slot is filled only after the hub has said so."""

    slot: str

    async def take(self, turn: Turn) -> Outcome | None:
        """Take what the message says at this step; None where it is not for this step.

        The outcome's slots hold the step's own slot, None to ask again.

        Raises:
            ClientError: a neighbour failed; nothing has changed.
        """


class JourneyForm(JourneyAction):
    """`validate_<form>`: decides what a message means while the form is active.

    Rasa calls it at activation, on every message, and again when the form takes over after an
    interruption, with the same message. Only the step that is being asked is tried; a message that
    it does not take is refused by the form, and the form's rules answer it. The SDK's own
    FormValidationAction would try every slot on every call and drop slots outside the form.
    """

    is_of_form = True
    form: str
    """The form's name in domain.yml."""

    @property
    @abstractmethod
    def steps(self) -> Mapping[str, Step]:
        """The form's slots, in the order asked, and who takes their answers."""

    @abstractmethod
    async def begin(self, turn: Turn) -> Outcome:
        """Do what is done before the first question; sets at least one slot of the form."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return f"validate_{self.form}"

    async def act(self, turn: Turn) -> Outcome | None:
        """Have the step that is asked take the message."""
        if self.must_begin(turn):
            return await self.begin(turn)
        step = self.steps.get(turn.awaiting or "")
        if step is None or turn.intent in OVERRIDING or self._is_of_the_page(turn):
            return None
        return await step.take(turn) or await self._second(step, turn)

    def _is_of_the_page(self, turn: Turn) -> bool:
        """Tell whether a fact of the council's page is asked for, and nothing given."""
        return not turn.references and fact_in(turn.text) is not None

    async def _second(self, step: Step, turn: Turn) -> Outcome | None:
        """Have the step take the second request, where the first is a question or polite."""
        answer = also.answer(turn.intent)
        if turn.also is None or turn.also in OVERRIDING:
            return None
        if answer is None and turn.intent not in also.POLITE:
            return None
        outcome = await step.take(replace(turn, intent=turn.also))
        if outcome is None or answer is None:
            return outcome
        return outcome.after(answer)

    def must_begin(self, turn: Turn) -> bool:
        """Tell whether nothing of this form is being asked yet; it may be what another asked."""
        return turn.awaiting not in self.steps

    def unchanged(self, turn: Turn) -> Mapping[str, Any]:
        """Return the asked slot as it is: the form then goes on waiting instead of refusing."""
        first = next(iter(self.steps))
        slot = turn.awaiting if turn.awaiting and turn.awaiting in self.steps else first
        return {slot: turn.slots.get(slot)}


class Question(JourneyAction):
    """`action_ask_<slot>`: puts a step's question, unless this turn has said what to type."""

    is_of_form = True
    is_question = True
    slot: str

    @abstractmethod
    def line(self, turn: Turn) -> Line:
        """Return the question as it stands now."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return f"action_ask_{self.slot}"

    async def act(self, turn: Turn) -> Outcome | None:
        """Ask, where nothing in this turn has done so."""
        if any(said.closes for said in turn.said_now):
            return None
        return Outcome(lines=(self.line(turn),))
