"""From the helpdesk: what was kept of its news is dealt with, each thing once."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Connection

from clients.helpdesk import EventKind, Helpdesk
from clients.sealing import SealBroken, Sealer
from messaging import metrics
from messaging.errors import Overtaken
from messaging.handoff import board, cases, relays
from messaging.handoff import crossing as crossings
from messaging.handoff.agent_replies import AgentReplies
from messaging.handoff.cases import Case
from messaging.handoff.closing import Closing
from messaging.handoff.crossing import Crossing
from messaging.handoff.inbox import LINK
from messaging.handoff.relays import Relay
from messaging.handoff.voice import Voice
from messaging.store import conversations
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from wire.clock import Clock

GIVES_UP_AFTER: Final = timedelta(hours=24)
"""So long a reply to an unknown ticket waits for the ticket."""
LOOK_AGAIN_AFTER: Final = timedelta(seconds=15)
WORDS_SETTLE_WITHIN: Final = timedelta(seconds=1)
"""A close waits for a parent's words that are on their way, and looks again after that time."""
MANY: Final = 100
_OUTCOMES: Final[Mapping[str, str]] = {
    EventKind.RESOLVED: cases.RESOLVED,
    EventKind.BACK: cases.HANDED_BACK,
}
"""What becomes of a case, by the news that ends it."""
_TRIES: Final = 5

_log = structlog.get_logger(__name__)


class Incoming:
    """Delivers; safe to run in many processes."""

    def __init__(
        self,
        *,
        database: Database,
        helpdesk: Helpdesk,
        replies: AgentReplies,
        closing: Closing,
        voice: Voice,
        seal_key: bytes,
        clock: Clock,
        news: Callable[[str], None],
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._helpdesk = helpdesk
        self._replies = replies
        self._closing = closing
        self._voice = voice
        self._sealer = Sealer(seal_key)
        self._clock = clock
        self._news = news

    def deliver(self) -> int:
        """Deal with what came from the helpdesk; return how much was dealt with.

        Raises:
            DatabaseAway: not now.
        """
        with self._database.reading() as connection:
            waiting = relays.waiting_in(connection, now=self._clock.now(), limit=MANY)
        return sum(self._deliver(relay) for relay in waiting)

    def _deliver(self, relay: Relay) -> bool:
        for _ in range(_TRIES):
            try:
                with self._database.transaction() as connection:
                    conversation_id = self._deal_with(connection, relay)
            except Overtaken:
                continue
            except SealBroken:
                _log.error("relay.seal_broken", relay=relay.relay_id)
                self._settle(relay, state=relays.REFUSED)
                return False
            if conversation_id is not None:
                self._news(conversation_id)
                metrics.RELAYED.labels(direction=relays.IN, outcome="done").inc()
            return conversation_id is not None
        return False

    def _deal_with(self, connection: Connection, relay: Relay) -> str | None:
        """Do what an event asks for; None: its ticket is not known, or it was dealt with."""
        now = self._clock.now()
        body = relay.body(self._sealer)
        found = cases.get(connection, relay.case_id) or cases.find(
            connection, relay.adapter, body.get("ticket")
        )
        if found is None:
            self._wait_for_case(connection, relay, now)
            return None
        conversation = conversations.lock(connection, found.conversation_id)
        case = cases.get(connection, found.case_id)
        if conversation is None or case is None:
            return None
        crossing = self._crossing(connection, case, relay, body)
        if crossing is Crossing.UNKNOWN:
            relays.postpone(connection, relay, due_at=now + WORDS_SETTLE_WITHIN)
            return None
        if not relays.settle(connection, relay, now=now, case_id=case.case_id):
            return None
        self._do(connection, conversation, case, relay, body, crossing)
        return case.conversation_id

    def _crossing(
        self, connection: Connection, case: Case, relay: Relay, body: dict[str, Any]
    ) -> Crossing:
        if not case.is_open or body["kind"] not in _OUTCOMES:
            return Crossing.NONE
        answers = str(body.get("answers") or "")
        return crossings.judge(connection, self._helpdesk, case.case_id, relay, answers=answers)

    def _do(
        self,
        connection: Connection,
        conversation: Conversation,
        case: Case,
        relay: Relay,
        body: dict[str, Any],
        crossing: Crossing,
    ) -> None:
        place = board.read(connection, case.conversation_id)
        kind = str(body["kind"])
        if kind == EventKind.REPLY:
            self._replies.say(connection, conversation, place, case, relay, body)
        elif crossing is Crossing.CROSSED:
            self._closing.keep_open(connection, place, case, relay)
        elif kind in _OUTCOMES:
            self._closing.close(
                connection,
                conversation,
                place,
                case,
                relay,
                outcome=_OUTCOMES[kind],
                is_by_reply=bool(body.get("by_command")),
            )
        elif kind == LINK:
            note = "The link that you asked for."
            if not case.is_open:
                note = "This case is closed, so there is no link to it any more."
            self._voice.note(connection, case, f"link/{relay.relay_id}", note)

    def _wait_for_case(self, connection: Connection, relay: Relay, now: datetime) -> None:
        if now - relay.created_at > GIVES_UP_AFTER:
            _log.error("event.of_no_case", relay=relay.relay_id)
            relays.settle(connection, relay, now=now, state=relays.REFUSED)
            return
        relays.postpone(connection, relay, due_at=now + LOOK_AGAIN_AFTER)

    def _settle(self, relay: Relay, *, state: str) -> None:
        with self._database.transaction() as connection:
            relays.settle(connection, relay, now=self._clock.now(), state=state)
