"""While people have a conversation: what a parent writes is passed to them, or ends it."""

from datetime import timedelta
from typing import Any, Final

from clients.sealing import Sealer
from messaging.handoff import cases, phrases
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.desk import Desk
from messaging.handoff.lines import Line
from messaging.handoff.pace import KEEPS_TICKET_FOR, Pace
from messaging.handoff.passed import note, parents_words
from messaging.handoff.plans import Plan, Routed
from messaging.handoff.states import State
from messaging.kinds import Kind
from messaging.store import messages
from messaging.store.database import Database
from messaging.store.messages import Message
from wire.clock import Clock

RECEIPT_EVERY: Final = timedelta(minutes=10)
SECOND_PRESS: Final = timedelta(minutes=2)
"""The same answer to the offer once more within this time is a double click."""
_NO_WORDS: Final = (Kind.REACTION, Kind.AUTO_REPLY)


class WithPeople:
    """Makes the plans while the assistant is silent; stores nothing by itself."""

    def __init__(
        self, *, database: Database, desk: Desk, pace: Pace, sealer: Sealer, clock: Clock
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._desk = desk
        self._pace = pace
        self._sealer = sealer
        self._clock = clock

    def relayed(
        self,
        place: Place,
        message: Message,
        *,
        is_urgent: bool,
        held_back: str | None = None,
    ) -> Routed:
        """Return what a message comes to while the assistant is silent.

        Args:
            is_urgent: it holds words of distress or danger.
            held_back: why it was not answered or not accepted, for the person to know.
        """
        kind = Kind(message.kind)
        if kind is Kind.TEXT and held_back is None and not is_urgent:
            special = self._special(place, message)
            if special is not None:
                return special
        case = self._case(place)
        if case is None:
            # The row outlived its case: nobody would read what is passed on.
            to_bot = {"moved_by": message.message_id}
            return Routed(plan=Plan(place=place, state=State.BOT, changes=to_bot))
        if kind in _NO_WORDS and place.state is State.WRAP_UP:
            # A reaction to the end asks for nothing, so nothing is opened.
            told = "The parent, or their phone by itself, reacted to a message."
            return Routed(plan=self.noted(place, message, told))
        now = self._clock.now()
        is_reopened = place.state is State.WRAP_UP
        passed = parents_words(
            case,
            message,
            self._sealer,
            is_urgent=is_urgent,
            reopens=is_reopened,
            held_back=held_back,
        )
        changes: dict[str, Any] = {
            "unanswered_since": place.unanswered_since or now,
            "moved_by": message.message_id,
        }
        lines: list[Line] = []
        state = place.state
        if is_reopened:
            state = State.TICKET
            changes |= {"due_at": now + KEEPS_TICKET_FOR, "receipt_at": now}
            lines.append(Line(name="utter_support_reopened", values={"team": self._desk.team}))
        elif state is State.HUMAN:
            if place.unanswered_since is None:
                changes["due_at"] = now + self._pace.silent_after
        elif place.receipt_at is None or now - place.receipt_at >= RECEIPT_EVERY:
            changes["receipt_at"] = now
            lines.append(Line(name="utter_support_receipt", values={"team": self._desk.team}))
        if held_back is not None or is_urgent:
            lines = []  # that has an answer of its own, or none
        plan = Plan(
            place=place,
            state=state,
            changes=changes,
            changed_case=case.case_id if is_reopened else None,
            case_changes=cases.REOPENED,
            passed=(passed,),
        )
        return Routed(plan=plan, lines=tuple(lines))

    def noted(self, place: Place, message: Message, told: str) -> Plan:
        """Tell the person a fact about the parent, and move nothing."""
        case = self._case(place)
        if case is None:
            return Plan(place=place, state=place.state)
        passed = note(case, f"note/{message.message_id}", told)
        changes = {"moved_by": message.message_id}
        return Plan(place=place, state=place.state, changes=changes, passed=(passed,))

    def _special(self, place: Place, message: Message) -> Routed | None:
        if phrases.wants_assistant(message.text):
            return self._to_assistant(place, message)
        if place.state is State.WRAP_UP and phrases.is_farewell(message.text):
            plan = Plan(place=place, state=place.state)
            return Routed(plan=plan, lines=(Line(name="utter_support_farewell"),))
        since = place.since
        is_fresh = since is not None and message.created_at - since <= SECOND_PRESS
        is_first = place.receipt_at is None and place.state in (State.WAITING, State.TICKET)
        if is_fresh and is_first and self._is_second_press(place, message):
            return Routed(plan=Plan(place=place, state=place.state))
        return None

    def _is_second_press(self, place: Place, message: Message) -> bool:
        """Tell whether it repeats the very words that passed the conversation on."""
        if place.moved_by is None:
            return False
        with self._database.reading() as connection:
            first = messages.get(connection, place.moved_by)
        return (
            first is not None
            and first.text == message.text
            and phrases.read_answer(message.text, has_number=True) is not None
        )

    def _to_assistant(self, place: Place, message: Message) -> Routed:
        case = self._case(place)
        changes = {"moved_by": message.message_id, "agent": None, "unanswered_since": None}
        if case is None or not case.is_open:
            plan = Plan(place=place, state=State.BOT, changes=changes)
            return Routed(plan=plan, lines=(Line(name="utter_support_back"),))
        told = "The parent has gone back to the assistant. A reply still reaches them."
        passed = note(case, f"back/{message.message_id}", told)
        plan = Plan(place=place, state=State.BOT, changes=changes, passed=(passed,))
        line = Line(name="utter_support_back_open", values={"team": self._desk.team})
        return Routed(plan=plan, lines=(line,))

    def _case(self, place: Place) -> Case | None:
        with self._database.reading() as connection:
            return cases.get(connection, place.case_id)
