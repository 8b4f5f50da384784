"""Bot or person? Decided for every message of a parent, before Rasa sees it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from clients.sealing import Sealer
from messaging.contacts import Contacts
from messaging.handoff import board, cases, consent, phrases, plans, relays, ticket, words
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.desk import Desk, Facts, facts_of
from messaging.handoff.lines import Line, contact_lines
from messaging.handoff.pace import KEEPS_TICKET_FOR, Pace
from messaging.handoff.phrases import Answer
from messaging.handoff.plans import Passed, Plan
from messaging.handoff.states import State
from messaging.inbound import open_values
from messaging.kinds import Kind
from messaging.log import new_id
from messaging.store import handoffs, messages
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.messages import Message
from wire.clock import Clock

RECEIPT_EVERY: Final = timedelta(minutes=10)
STANDS_FOR: Final = timedelta(minutes=30)
"""So long an offer stands; after that a "1" is no answer to it any more."""
SECOND_PRESS: Final = timedelta(minutes=2)
"""The same answer to the offer once more within this time is a double click."""
_LAST_THREE: Final = 3
_NO_WORDS: Final = (Kind.REACTION, Kind.AUTO_REPLY)


@dataclass(frozen=True, kw_only=True)
class Routed:
    """What a message comes to where the assistant does not answer it."""

    plan: Plan
    lines: tuple[Line, ...] = ()


class Switchboard:
    """Makes plans; stores nothing by itself. Safe to share between threads."""

    def __init__(
        self,
        *,
        database: Database,
        desk: Desk,
        pace: Pace,
        contacts: Contacts,
        seal_key: bytes,
        clock: Clock,
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._contacts = contacts
        self._database = database
        self._desk = desk
        self._pace = pace
        self._sealer = Sealer(seal_key)
        self._clock = clock

    def place(self, conversation_id: str) -> Place:
        """Return who has the conversation.

        Raises:
            DatabaseAway: nobody knows.
        """
        with self._database.reading() as connection:
            return board.read(connection, conversation_id)

    def apply(self, connection: Connection, plan: Plan) -> None:
        """Store a plan in the turn's transaction.

        Raises:
            Overtaken: the switchboard has moved since the plan was made.
        """
        plans.apply(connection, self._sealer, plan, now=self._clock.now())

    # ---- the assistant has it ---------------------------------------------------------------

    def answered(self, held: Conversation, place: Place, message: Message) -> Routed | None:
        """Return what an answer to a standing offer comes to; None: it is none."""
        if place.state is not State.OFFERED:
            return None
        asked: dict[str, Any] = json.loads(place.offer) if place.offer else {}
        # By what was offered: a phone can join or leave a web chat in between.
        answer = phrases.read_answer(message.text, has_number=bool(asked.get("with_number")))
        if answer is None:
            return None
        if answer is Answer.DECLINED:
            plan = Plan(place=place, state=State.BOT, changes=self._by(message, offer=None))
            return Routed(plan=plan, lines=(Line(name="utter_support_declined"),))
        share = cases.SHARE_NUMBER if answer is Answer.WITH_NUMBER else cases.NO_NUMBER
        return self.pass_on(held, place, message, consented=share)

    def spoken(
        self,
        held: Conversation,
        place: Place,
        message: Message,
        asked: Mapping[str, Any] | None,
    ) -> Plan | Routed:
        """Return what the assistant's answer does: it may offer a person, or let an offer fall.

        Who asks for a person while the offer stands means yes, and is passed on.
        """
        offers = asked is not None and asked.get("offer") == consent.VERSION
        if offers and place.state is State.OFFERED:
            return self.pass_on(held, place, message, consented=cases.NO_NUMBER)
        if asked is not None and offers:
            until = self._clock.now() + STANDS_FOR
            changes = self._by(message, offer=json.dumps(dict(asked)), due_at=until)
            return Plan(place=place, state=State.OFFERED, changes=changes)
        if place.state is State.OFFERED:
            return Plan(place=place, state=State.BOT, changes=self._by(message, offer=None))
        return Plan(place=place, state=place.state)

    def offered_itself(
        self,
        held: Conversation,
        place: Place,
        message: Message,
        contact: Mapping[str, str],
    ) -> Routed | None:
        """Offer a person while the assistant is away; None: nobody asked for one."""
        if not phrases.wants_person(message.text):
            return None
        has_number = held.sealed_number is not None
        asked = {
            "reason": "asked",
            "offer": consent.VERSION,
            "with_number": has_number,
            "facts": {"last_answer": "none: the assistant did not work"},
        }
        spoken = self.spoken(held, place, message, asked)
        if isinstance(spoken, Routed):
            return spoken
        choice = Line(name="utter_support_offer_choice")
        if held.sealed_number is not None:
            number = self._contacts.open(held.sealed_number, held.conversation_id)
            ending = {"ends_with": number[-_LAST_THREE:]}
            choice = Line(name="utter_support_offer_choice_number", values=ending)
        return Routed(plan=spoken, lines=(self._standing(), *contact_lines(contact), choice))

    def _standing(self) -> Line:
        facts, team = self._facts(), {"team": self._desk.team}
        if facts.is_open is False and facts.back is not None:
            return Line(name="utter_support_offer_closed", values={**team, "back": facts.back})
        if facts.is_open is not False and facts.wait is not None:
            return Line(name="utter_support_offer_open_wait", values={**team, "wait": facts.wait})
        name = "utter_support_offer_open" if facts.is_open else "utter_support_offer_hours_unset"
        return Line(name=name, values=team)

    def pass_on(
        self, held: Conversation, place: Place, message: Message, *, consented: str
    ) -> Routed:
        """Pass the conversation on, to the case that is open or to a new one."""
        now = self._clock.now()
        facts = self._facts()
        asked: dict[str, Any] = json.loads(place.offer) if place.offer else {}
        with self._database.reading() as connection:
            case = cases.open_of(connection, held.conversation_id)
            is_urgent = self._has_urgent_words(connection, held)
        is_new = case is None
        # It may be closed by now: whoever is asked for again has it open.
        changed: dict[str, Any] = dict(cases.REOPENED)
        if case is None:
            reason = ticket.reason_of(asked)
            case = Case(
                case_id=new_id(),
                conversation_id=held.conversation_id,
                reference=cases.new_reference(),
                adapter=self._desk.adapter,
                reason=reason,
                journey=(str(asked.get("journey") or held.journey or ""))[:32] or None,
                step=(str(asked.get("step") or held.awaiting or ""))[:64] or None,
                urgent=ticket.is_urgent(reason, has_urgent_words=is_urgent),
                consent=consented,
                consent_version=consent.VERSION,
                in_hours=facts.is_open,
                created_at=now,
            )
            first = self._passed(case, relays.OPEN, f"open/{case.case_id}", dict(asked))
        else:
            shares_now = cases.SHARE_NUMBER == consented != case.consent
            if shares_now:
                changed |= {"consent": consented, "consent_version": consent.VERSION}
                case = replace(case, consent=consented)
            again = {
                "text": "The parent asks for a person again.",
                "urgent": is_urgent,
                "reopens": True,
                "shares": shares_now,
            }
            first = self._passed(case, relays.NOTE, f"again/{message.message_id}", again)
        state = State.TICKET if facts.is_open is False else State.WAITING
        due = self._pace.holding_after if state is State.WAITING else KEEPS_TICKET_FOR
        changes = self._by(
            message,
            case_id=case.case_id,
            agent=None,
            offer=None,
            due_at=now + due,
            unanswered_since=now,
        )
        plan = Plan(
            place=place,
            state=state,
            changes=changes,
            case=case if is_new else None,
            changed_case=None if is_new else case.case_id,
            case_changes=changed,
            passed=(first,),
        )
        has_choice = bool(asked.get("with_number"))
        return Routed(plan=plan, lines=self._passed_on_lines(case, facts, has_choice=has_choice))

    def in_danger(self, held: Conversation, place: Place, message: Message) -> Routed | None:
        """Tell people who have an open case of somebody in danger; None: there is none.

        They have the conversation from then on, whatever the parent was doing with the assistant.
        """
        now = self._clock.now()
        with self._database.reading() as connection:
            case = cases.open_of(connection, held.conversation_id)
        if case is None:
            return None
        passed = self._relayed(case, message, True, None, reopens=True)
        changes = self._by(
            message,
            case_id=case.case_id,
            agent=None,
            offer=None,
            due_at=now + KEEPS_TICKET_FOR,
            receipt_at=now,
            unanswered_since=now,
        )
        plan = Plan(
            place=place,
            state=State.TICKET,
            changes=changes,
            changed_case=case.case_id,
            case_changes=cases.REOPENED,
            passed=(passed,),
        )
        receipt = Line(name="utter_support_receipt", values={"team": self._desk.team})
        return Routed(plan=plan, lines=(receipt,))

    def urgent(self, held: Conversation, place: Place, message: Message) -> Plan:
        """Raise an urgent ticket for somebody who cannot be answered any more (after STOP)."""
        known = self.in_danger(held, place, message)
        if known is not None:
            return known.plan
        now = self._clock.now()
        case = Case(
            case_id=new_id(),
            conversation_id=held.conversation_id,
            reference=cases.new_reference(),
            adapter=self._desk.adapter,
            reason="wellbeing",
            journey=held.journey,
            step=held.awaiting,
            urgent=True,
            consent=cases.NOT_ASKED,
            consent_version=consent.VERSION,
            in_hours=self._facts().is_open,
            created_at=now,
        )
        changes = self._by(message, case_id=case.case_id, due_at=now + KEEPS_TICKET_FOR)
        note = {"reason": "wellbeing", "facts": {"tried": "nothing: the parent has sent STOP"}}
        opened = self._passed(case, relays.OPEN, f"open/{case.case_id}", note)
        return Plan(place=place, state=State.TICKET, changes=changes, case=case, passed=(opened,))

    # ---- a person has it --------------------------------------------------------------------

    def with_people(
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
            return Routed(plan=Plan(place=place, state=State.BOT, changes=self._by(message)))
        if kind in _NO_WORDS and place.state is State.WRAP_UP:
            return self._reacted(place, case, message)
        now = self._clock.now()
        is_reopened = place.state is State.WRAP_UP
        passed = self._relayed(case, message, is_urgent, held_back, reopens=is_reopened)
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

    def _reacted(self, place: Place, case: Case, message: Message) -> Routed:
        """Tell the person of a reaction to the end; it asks for nothing, so nothing is opened."""
        note = {"text": "The parent, or their phone by itself, reacted to a message."}
        passed = self._passed(case, relays.NOTE, f"note/{message.message_id}", note)
        plan = Plan(place=place, state=place.state, changes=self._by(message), passed=(passed,))
        return Routed(plan=plan)

    def noted(self, place: Place, message: Message, note: str) -> Plan:
        """Tell the person a fact about the parent, and move nothing."""
        case = self._case(place)
        if case is None:
            return Plan(place=place, state=place.state)
        passed = self._passed(case, relays.NOTE, f"note/{message.message_id}", {"text": note})
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
        passed: tuple[Passed, ...] = ()
        name = "utter_support_back"
        if case is not None and case.is_open:
            note = {
                "text": "The parent has gone back to the assistant. A reply still reaches them."
            }
            passed = (self._passed(case, relays.NOTE, f"back/{message.message_id}", note),)
            name = "utter_support_back_open"
        changes = self._by(message, agent=None, unanswered_since=None)
        plan = Plan(place=place, state=State.BOT, changes=changes, passed=passed)
        values = {"team": self._desk.team} if passed else {}
        return Routed(plan=plan, lines=(Line(name=name, values=values),))

    def _relayed(
        self,
        case: Case,
        message: Message,
        is_urgent: bool,
        held_back: str | None,
        *,
        reopens: bool,
    ) -> Passed:
        values = open_values(self._sealer, message.message_id, message.sealed_values)
        text = words.for_person(message.text, values)
        if held_back is not None:
            text = f"{text} [{held_back}]".strip()
        body = {"text": text, "urgent": is_urgent, "reopens": reopens}
        return self._passed(case, relays.PARENT, f"parent/{message.message_id}", body)

    # ---- parts ------------------------------------------------------------------------------

    def _facts(self) -> Facts:
        with self._database.reading() as connection:
            return facts_of(connection, self._desk, now=self._clock.now())

    def _case(self, place: Place) -> Case | None:
        with self._database.reading() as connection:
            return cases.get(connection, place.case_id)

    @staticmethod
    def _by(message: Message, **changes: Any) -> dict[str, Any]:
        return {"moved_by": message.message_id, **changes}

    @staticmethod
    def _passed(case: Case, kind: str, cause: str, body: Mapping[str, Any]) -> Passed:
        return Passed(case_id=case.case_id, adapter=case.adapter, kind=kind, cause=cause, body=body)

    def _has_urgent_words(self, connection: Connection, held: Conversation) -> bool:
        waiting = handoffs.waiting(connection, held.conversation_id)
        return any(handoff.urgent for handoff in waiting)

    def _passed_on_lines(self, case: Case, facts: Facts, *, has_choice: bool) -> tuple[Line, ...]:
        values = {"team": self._desk.team, "reference": case.reference}
        if facts.is_open is False and facts.back is not None:
            name, more = "utter_support_passed_on_closed", {"back": facts.back}
        elif facts.wait is not None and facts.is_open is not False:
            name, more = "utter_support_passed_on_wait", {"wait": facts.wait}
        else:
            name, more = "utter_support_passed_on", {}
        lines = [Line(name=name, values=values | more)]
        if has_choice:
            is_shared = case.consent == cases.SHARE_NUMBER
            lines.append(
                Line(
                    name="utter_support_number_shared"
                    if is_shared
                    else "utter_support_number_not_shared"
                )
            )
        return tuple(lines)
