"""A text that will not arrive becomes a ticket, or a note in the one that is open.

The switchboard does not move: the assistant goes on answering whatever the parent writes. A code
makes no ticket: its fate is told where the number was given, and whoever waits asks for another.
"""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from clients.sealing import Sealer
from messaging.errors import Overtaken
from messaging.handoff import board, cases, consent, plans, ticket
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.desk import Desk, facts_of
from messaging.handoff.passed import new_case, note
from messaging.handoff.plans import Plan
from messaging.log import new_id
from messaging.store import conversations, handoffs, outbox
from messaging.store.database import Database
from messaging.store.handoffs import Handoff
from wire.clock import Clock

LOOK_EVERY: Final = timedelta(seconds=5)
AT_ONCE: Final = 100
NOTE: Final = "A text to the parent could not be delivered."

_log = structlog.get_logger(__name__)


class Undeliverable:
    """Passes such texts on; safe to run in many processes."""

    def __init__(self, *, database: Database, desk: Desk, seal_key: bytes, clock: Clock) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._desk = desk
        self._sealer = Sealer(seal_key)
        self._clock = clock

    def pass_on(self) -> int:
        """Pass on what nobody has taken up, and return how many that were.

        Raises:
            DatabaseAway: not now.
        """
        with self._database.reading() as connection:
            wanted = handoffs.waiting_for(
                connection, handoffs.UNSENDABLE, limit=AT_ONCE, but_codes=outbox.CODES_FIRST
            )
        done = 0
        for handoff in wanted:
            try:
                with self._database.transaction() as connection:
                    done += self._pass_on(connection, handoff)
            except Overtaken:
                _log.info("text.passed_on_later")  # somebody has begun to speak: the next look
        return done

    def _pass_on(self, connection: Connection, handoff: Handoff) -> bool:
        if conversations.lock(connection, handoff.conversation_id) is None:
            return False
        if not handoffs.take_up(connection, handoff.handoff_id):
            return False
        place = board.read(connection, handoff.conversation_id)
        case = cases.open_of(connection, handoff.conversation_id)
        plan = self._ticket(connection, place, handoff) if case is None else _noted(place, case)
        plans.apply(connection, self._sealer, plan, now=self._clock.now())
        return True

    def _ticket(self, connection: Connection, place: Place, handoff: Handoff) -> Plan:
        now = self._clock.now()
        waiting = handoffs.waiting(connection, handoff.conversation_id)
        case = Case(
            case_id=new_id(),
            conversation_id=handoff.conversation_id,
            reference=cases.new_reference(),
            adapter=self._desk.adapter,
            reason=handoff.reason,
            journey=handoff.journey,
            step=handoff.step,
            urgent=ticket.is_urgent(
                handoff.reason, has_urgent_words=any(one.urgent for one in waiting)
            ),
            consent=cases.NOT_ASKED,
            consent_version=consent.VERSION,
            in_hours=facts_of(connection, self._desk, now=now).is_open,
            created_at=now,
        )
        asked = {"reason": case.reason, "facts": {"tried": "a text, which was not delivered"}}
        opened = new_case(case, asked)
        return Plan(place=place, state=place.state, case=case, passed=(opened,))


def _noted(place: Place, case: Case) -> Plan:
    told = note(case, f"undelivered/{new_id()}", NOTE)
    return Plan(place=place, state=place.state, passed=(told,))
