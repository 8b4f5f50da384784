"""The offer of a person: made, answered, let fall."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from messaging.contacts import Contacts
from messaging.handoff import cases, consent, phrases
from messaging.handoff.board import Place
from messaging.handoff.desk import Desk, facts_of
from messaging.handoff.escalation import Escalation
from messaging.handoff.lines import Line, contact_lines
from messaging.handoff.phrases import Answer
from messaging.handoff.plans import Plan, Routed
from messaging.handoff.states import State
from messaging.numbers import last_three
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.messages import Message
from wire.clock import Clock

STANDS_FOR: Final = timedelta(minutes=30)
"""After that a "1" is no answer to it any more."""


class Offers:
    """Makes the plans while the assistant has the conversation; stores nothing by itself."""

    def __init__(
        self,
        *,
        database: Database,
        desk: Desk,
        contacts: Contacts,
        escalation: Escalation,
        clock: Clock,
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._desk = desk
        self._contacts = contacts
        self._escalation = escalation
        self._clock = clock

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
            return Routed(
                plan=_let_fall(place, message), lines=(Line(name="utter_support_declined"),)
            )
        share = cases.SHARE_NUMBER if answer is Answer.WITH_NUMBER else cases.NO_NUMBER
        return self._escalation.pass_on(held, place, message, consented=share)

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
            return self._escalation.pass_on(held, place, message, consented=cases.NO_NUMBER)
        if asked is not None and offers:
            changes = {
                "moved_by": message.message_id,
                "offer": json.dumps(dict(asked)),
                "due_at": self._clock.now() + STANDS_FOR,
            }
            return Plan(place=place, state=State.OFFERED, changes=changes)
        if place.state is State.OFFERED:
            return _let_fall(place, message)
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
        asked = {
            "reason": "asked",
            "offer": consent.VERSION,
            "with_number": held.sealed_number is not None,
            "facts": {"last_answer": "none: the assistant did not work"},
        }
        spoken = self.spoken(held, place, message, asked)
        if isinstance(spoken, Routed):
            return spoken
        lines = (self._standing(), *contact_lines(contact), self._choice(held))
        return Routed(plan=spoken, lines=lines)

    def _standing(self) -> Line:
        with self._database.reading() as connection:
            facts = facts_of(connection, self._desk, now=self._clock.now())
        team = {"team": self._desk.team}
        if facts.is_open is False and facts.back is not None:
            return Line(name="utter_support_offer_closed", values={**team, "back": facts.back})
        if facts.is_open is not False and facts.wait is not None:
            return Line(name="utter_support_offer_open_wait", values={**team, "wait": facts.wait})
        name = "utter_support_offer_open" if facts.is_open else "utter_support_offer_hours_unset"
        return Line(name=name, values=team)

    def _choice(self, held: Conversation) -> Line:
        if held.sealed_number is None:
            return Line(name="utter_support_offer_choice")
        number = self._contacts.open(held.sealed_number, held.conversation_id)
        ending = {"ends_with": last_three(number)}
        return Line(name="utter_support_offer_choice_number", values=ending)


def _let_fall(place: Place, message: Message) -> Plan:
    changes = {"moved_by": message.message_id, "offer": None}
    return Plan(place=place, state=State.BOT, changes=changes)
