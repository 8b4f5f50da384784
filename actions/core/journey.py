"""The base of every action: it never raises, and only it speaks to Rasa.

An exception that leaves an action would reach a log with the whole conversation in it, and the
person would be left without an answer.
"""

import asyncio
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import structlog
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions.core.also import with_second
from actions.core.apologies import SORRY, apology
from actions.core.intents import Intent
from actions.core.lines import Outcome, say
from actions.core.services import Services
from actions.core.slots import REQUESTED_SLOT
from actions.core.speech import finish
from actions.core.turn import Turn, read_turn
from actions.core.wellbeing import wellbeing
from clients.errors import ClientError, Unreachable

log = structlog.get_logger(__name__)

TOTAL_S: Final = 7.0
"""For everything one action asks of its neighbours; Rasa waits 8 s and then speaks for us."""


class JourneyAction(Action, ABC):
    """An action of a journey: tells its outcome as a value in `act`."""

    is_of_form = False
    """It works on a form, so no other form may begin after it."""
    is_question = False
    """What it says is the question of a form's step, which stays last in the turn."""

    def __init__(self, services: Services) -> None:
        self.services = services

    @abstractmethod
    def name(self) -> str:
        """Return the action's name in domain.yml."""

    @abstractmethod
    async def act(self, turn: Turn) -> Outcome | None:
        """Do the action's work; None leaves the turn to others without a word.

        Raises:
            ClientError: a neighbour failed; the base makes it an apology and changes nothing.
        """

    def unchanged(self, turn: Turn) -> Mapping[str, Any]:  # noqa: ARG002 - forms need the turn
        """Return the slots to set, to what they are, when the work failed."""
        return {}

    async def run(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: Mapping[str, Any],  # noqa: ARG002 - Rasa's protocol
    ) -> list[EventType]:
        """Run the action for Rasa; whatever happens, there is an answer and no exception."""
        started = time.monotonic()
        try:
            turn = read_turn(tracker)
            if turn.also is Intent.DISTRESS_OR_SAFEGUARDING:
                outcome = self._in_distress(turn)
                _log_done(self.name(), turn, outcome, started)
                return _hand_over(dispatcher, outcome)
            own = await self._outcome(turn)
            if own is None:
                return []
            outcome = await with_second(
                self.services,
                turn,
                own,
                form=getattr(self, "form", None) or turn.form,
                is_of_form=self.is_of_form,
                is_question=self.is_question,
            )
            outcome = finish(turn, outcome, self.services.contacts)
            _log_done(self.name(), turn, outcome, started)
            return _hand_over(dispatcher, outcome)
        except Exception as exc:  # noqa: BLE001 - the last line of defence
            _log_broken(self.name(), exc)
            return _hand_over(dispatcher, say(SORRY))

    def _in_distress(self, turn: Turn) -> Outcome:
        """Return the reply to distress that stands second in a message: once, and alone.

        Whatever else the message asks for has to wait; no form begins with it.
        """
        if turn.said_now:
            return Outcome()
        begins_form = self.is_of_form and not self.is_question and turn.awaiting is None
        outcome = wellbeing(turn, self.services.contacts)
        return replace(outcome, slots=self.unchanged(turn), ends_form=begins_form)

    async def _outcome(self, turn: Turn) -> Outcome | None:
        try:
            return await self._in_time(turn)
        except ClientError as exc:
            log.warning(
                "action.neighbour_failed",
                action=self.name(),
                turn=turn.turn_id,
                conversation=turn.conversation_id,
                neighbour=exc.neighbour,
                error=type(exc).__name__,
                reason=exc.reason,
            )
            return say(apology(exc), slots=self.unchanged(turn))
        except Exception as exc:  # noqa: BLE001 - a fault of ours must not silence the answer
            _log_broken(self.name(), exc)
            return say(SORRY, slots=self.unchanged(turn))

    async def _in_time(self, turn: Turn) -> Outcome | None:
        try:
            async with asyncio.timeout(TOTAL_S):
                return await self.act(turn)
        except TimeoutError as exc:
            raise Unreachable("hub", "the action took too long") from exc


def _hand_over(dispatcher: CollectingDispatcher, outcome: Outcome) -> list[EventType]:
    for line in outcome.lines:
        facts: dict[str, Any] = dict(line.parameters)
        if line.closes:
            facts["closes"] = True
        if line.shows:
            facts["json_message"] = dict(line.shows)
        dispatcher.utter_message(response=line.response, **facts)
    if outcome.handoff is not None:
        dispatcher.utter_message(json_message=outcome.handoff.as_custom())
    events: list[EventType] = [SlotSet(name, value) for name, value in outcome.slots.items()]
    if outcome.ends_form:
        events += [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]
    if outcome.next_action is not None:
        events.append(FollowupAction(outcome.next_action))
    return events


def _log_done(action: str, turn: Turn, outcome: Outcome, started: float) -> None:
    log.info(
        "action.done",
        action=action,
        turn=turn.turn_id,
        conversation=turn.conversation_id,
        channel=turn.channel,
        intent=turn.intent,
        awaiting=turn.awaiting,
        responses=[line.response for line in outcome.lines],
        handoff=outcome.handoff is not None,
        duration_ms=round((time.monotonic() - started) * 1000),
    )


def _log_broken(action: str, exc: Exception) -> None:
    """Log where it broke and as what; never the message, which may hold a value."""
    frames = traceback.extract_tb(exc.__traceback__)
    log.error(
        "action.broken",
        action=action,
        error=type(exc).__name__,
        where=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames[-4:]],
    )
