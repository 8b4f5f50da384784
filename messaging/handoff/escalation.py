"""From the assistant to people: a new case at the helpdesk, or the one that is there already."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from clients.sealing import Sealer
from messaging.handoff import cases, consent, ticket
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.desk import Desk, Facts, facts_of
from messaging.handoff.lines import Line
from messaging.handoff.pace import KEEPS_TICKET_FOR, Pace
from messaging.handoff.passed import new_case, note, parents_words
from messaging.handoff.plans import Plan, Routed
from messaging.handoff.states import State
from messaging.log import new_id
from messaging.store import handoffs
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.messages import Message
from wire.clock import Clock


class Escalation:
    """Makes the plans that bring a conversation to people; stores nothing by itself."""

    def __init__(
        self, *, database: Database, desk: Desk, pace: Pace, sealer: Sealer, clock: Clock
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._desk = desk
        self._pace = pace
        self._sealer = sealer
        self._clock = clock

    def pass_on(
        self, held: Conversation, place: Place, message: Message, *, consented: str
    ) -> Routed:
        """Pass the conversation on, to the case that is open or to a new one."""
        now = self._clock.now()
        asked: dict[str, Any] = json.loads(place.offer) if place.offer else {}
        with self._database.reading() as connection:
            facts = facts_of(connection, self._desk, now=now)
            case = cases.open_of(connection, held.conversation_id)
            is_urgent = _has_urgent_words(connection, held)
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
            first = new_case(case, asked)
        else:
            shares_now = cases.SHARE_NUMBER == consented != case.consent
            if shares_now:
                changed |= {"consent": consented, "consent_version": consent.VERSION}
                case = replace(case, consent=consented)
            first = note(
                case,
                f"again/{message.message_id}",
                "The parent asks for a person again.",
                urgent=is_urgent,
                reopens=True,
                shares=shares_now,
            )
        state = State.TICKET if facts.is_open is False else State.WAITING
        due = self._pace.holding_after if state is State.WAITING else KEEPS_TICKET_FOR
        changes = {
            "moved_by": message.message_id,
            "case_id": case.case_id,
            "agent": None,
            "offer": None,
            "due_at": now + due,
            "unanswered_since": now,
        }
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
        return Routed(plan=plan, lines=self._lines(case, facts, has_choice=has_choice))

    def in_danger(self, held: Conversation, place: Place, message: Message) -> Routed | None:
        """Tell people who have an open case of somebody in danger; None: there is none.

        They have the conversation from then on, whatever the parent was doing with the assistant.
        """
        now = self._clock.now()
        with self._database.reading() as connection:
            case = cases.open_of(connection, held.conversation_id)
        if case is None:
            return None
        passed = parents_words(case, message, self._sealer, is_urgent=True, reopens=True)
        changes = {
            "moved_by": message.message_id,
            "case_id": case.case_id,
            "agent": None,
            "offer": None,
            "due_at": now + KEEPS_TICKET_FOR,
            "receipt_at": now,
            "unanswered_since": now,
        }
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
        with self._database.reading() as connection:
            facts = facts_of(connection, self._desk, now=now)
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
            in_hours=facts.is_open,
            created_at=now,
        )
        changes = {
            "moved_by": message.message_id,
            "case_id": case.case_id,
            "due_at": now + KEEPS_TICKET_FOR,
        }
        asked = {"reason": "wellbeing", "facts": {"tried": "nothing: the parent has sent STOP"}}
        opened = new_case(case, asked)
        return Plan(place=place, state=State.TICKET, changes=changes, case=case, passed=(opened,))

    def _lines(self, case: Case, facts: Facts, *, has_choice: bool) -> tuple[Line, ...]:
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


def _has_urgent_words(connection: Connection, held: Conversation) -> bool:
    waiting = handoffs.waiting(connection, held.conversation_id)
    return any(handoff.urgent for handoff in waiting)
