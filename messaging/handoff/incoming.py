"""From the helpdesk: what people do, kept once, then said to the parent or done."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Connection, select

from clients.helpdesk import Event, EventKind, Helpdesk
from clients.sealing import SealBroken, Sealer
from messaging import metrics, segments
from messaging.chat.links import SESSION_LIFETIME
from messaging.chat.schema import chat_sessions
from messaging.errors import Overtaken
from messaging.handoff import board, cases, relays, words
from messaging.handoff import crossing as crossings
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.crossing import Crossing
from messaging.handoff.desk import Desk
from messaging.handoff.lines import Line
from messaging.handoff.pace import KEEPS_TICKET_FOR, WRAPS_UP_FOR
from messaging.handoff.passed import closed
from messaging.handoff.relays import Relay
from messaging.handoff.states import State
from messaging.handoff.voice import KEY, Voice
from messaging.handoff.ways import Ways
from messaging.replies import Replies, Said
from messaging.store import conversations, messages, opt_outs
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from wire.clock import Clock
from wire.names import SMS, WEBCHAT

GIVES_UP_AFTER: Final = timedelta(hours=24)
"""So long a reply to an unknown ticket waits for the ticket."""
LOOK_AGAIN_AFTER: Final = timedelta(seconds=15)
WORDS_SETTLE_WITHIN: Final = timedelta(seconds=1)
"""A close waits for a parent's words that are on their way, and looks again after that time."""
NEWS_AFTER_CLOSING: Final = timedelta(days=30)
IDLE_FOR: Final = timedelta(hours=24)
MOST_PARTS: Final = 4
"""Texts that one reply of a person may take; each has up to three segments."""
MANY: Final = 100
_LINK: Final = "link"
_TRIES: Final = 5

_log = structlog.get_logger(__name__)


class Incoming:
    """Collects and delivers; safe to run in many processes."""

    def __init__(
        self,
        *,
        database: Database,
        helpdesk: Helpdesk,
        desk: Desk,
        replies: Replies,
        voice: Voice,
        seal_key: bytes,
        ways: Ways,
        clock: Clock,
        news: Callable[[str], None],
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._helpdesk = helpdesk
        self._desk = desk
        self._replies = replies
        self._voice = voice
        self._sealer = Sealer(seal_key)
        self._ways = ways
        self._clock = clock
        self._news = news

    def collect(self) -> int:
        """Ask the helpdesk what happened; return how much of it was new.

        Raises:
            DatabaseAway: not now.
            ClientError: not now; the next time begins at the same place.
        """
        name, now = self._helpdesk.name, self._clock.now()
        with self._database.reading() as connection:
            since = relays.cursor(connection, name)
            tickets = cases.open_refs(connection, name, since=now - NEWS_AFTER_CLOSING)
        events, cursor = self._helpdesk.events(since, tickets)
        with self._database.transaction() as connection:
            new = self.take_in(connection, events)
            if cursor != since:
                relays.keep_cursor(connection, name, cursor, now=now)
        return new

    def take_in(self, connection: Connection, events: Sequence[Event]) -> int:
        """Keep events that are new and not our own; return how many."""
        return take_in(connection, self._sealer, self._helpdesk.name, events, now=self._clock.now())

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
        if not case.is_open or body["kind"] not in (EventKind.RESOLVED, EventKind.BACK):
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
            self._reply(connection, conversation, place, case, relay, body)
        elif crossing is Crossing.CROSSED:
            self._stays_open(connection, place, case, relay)
        elif kind == EventKind.RESOLVED:
            self._resolved(connection, conversation, place, case, relay, body)
        elif kind == EventKind.BACK:
            self._handed_back(connection, conversation, place, case, relay, body)
        elif kind == _LINK:
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

    def _reply(
        self,
        connection: Connection,
        conversation: Conversation,
        place: Place,
        case: Case,
        relay: Relay,
        body: dict[str, Any],
    ) -> None:
        now = self._clock.now()
        name = str(body.get("author") or "")[:80]
        text = words.for_parent(str(body.get("text") or "")).strip()
        files = int(body.get("files") or 0)
        if not text and not files:
            return
        is_others = place.is_with_people and place.case_id != case.case_id
        state = place.state
        if not is_others:
            state = State.HUMAN if case.is_open else State.WRAP_UP
        said = self._words_of(conversation, name, text, files)
        has_joined = state is State.HUMAN and place.state is not State.HUMAN
        if has_joined and conversation.channel == WEBCHAT and name:
            joined = Line(
                name="utter_support_joined", values={"who": name, "team": self._desk.team}
            )
            said.insert(0, self._voice.line(conversation, joined))
        self._hear(connection, conversation, case, relay, said, text)
        if case.first_reply_at is None:
            waited = self._open_seconds(case.created_at, now)
            metrics.FIRST_REPLY.observe(waited)
            cases.change(connection, case.case_id, first_reply_at=now, first_reply_s=waited)
        if is_others:
            return
        due = IDLE_FOR if state is State.HUMAN else WRAPS_UP_FOR
        self._voice.move(
            connection,
            place,
            state,
            case_id=case.case_id,
            agent=name or None,
            offer=None,
            unanswered_since=None,
            due_at=now + due,
        )

    def _words_of(self, conversation: Conversation, name: str, text: str, files: int) -> list[Said]:
        """Return a person's words as the channel can carry them."""
        said = []
        if text:
            team = self._desk.team
            named = team[:1].upper() + team[1:]
            who = f"{name}, {team}" if name else named
            whole = self._replies.prepare(
                f"{who}: {text}", channel=conversation.channel, author=messages.HELPER
            )
            # A page shows the name beside the words; a text message has to say it.
            parts = whole.parts[:MOST_PARTS]
            said.append(replace(whole, text=text, parts=parts, name=name or named))
            if conversation.channel == SMS and len(whole.parts) > MOST_PARTS:
                said.append(self._voice.line(conversation, Line(name="utter_support_cut")))
        if files:
            line = Line(name="utter_support_file_no_link")
            if self._ways.hub_url:
                line = Line(name="utter_support_file", values={"link": self._ways.hub_url})
            said.append(self._voice.line(conversation, line))
        return said

    def _hear(
        self,
        connection: Connection,
        conversation: Conversation,
        case: Case,
        relay: Relay,
        said: list[Said],
        text: str,
    ) -> None:
        """Let the parent have a person's words, or tell the person why they cannot."""
        reason = self._why_unreachable(connection, conversation)
        if reason is not None:
            note = f"Your reply was not delivered: {reason}."
            self._voice.note(connection, case, f"undelivered/{relay.relay_id}", note)
            # The log keeps it: in a web chat that is opened again it is there.
            if conversation.channel == SMS:
                return
        whole = segments.split(segments.plain(text)) if conversation.channel == SMS else []
        if len(whole) > MOST_PARTS:
            sent = sum(len(part) for part in whole[:MOST_PARTS])
            note = f"Your reply was too long for text messages: about {sent} characters were sent."
            self._voice.note(connection, case, f"cut/{relay.relay_id}", note)
        self._voice.append(connection, conversation, said, key=f"{KEY}{relay.relay_id}")

    def _why_unreachable(self, connection: Connection, conversation: Conversation) -> str | None:
        if opt_outs.stands(connection, conversation.conversation_id):
            return "the parent has stopped texts from this number"
        if conversation.channel != WEBCHAT:
            return None
        session = connection.execute(
            select(chat_sessions).where(
                chat_sessions.c.conversation_id == conversation.conversation_id
            )
        ).one_or_none()
        if session is not None and session.ended_at is not None:
            return "the parent has ended the chat"
        if session is not None and self._clock.now() - session.begun_at >= SESSION_LIFETIME:
            return "the chat is older than a day, so the parent may not see it"
        return None

    def _stays_open(self, connection: Connection, place: Place, case: Case, relay: Relay) -> None:
        """The parent wrote at the same moment: somebody has to read that."""
        note = (
            "The parent wrote while this was being closed, so it is open again. Their words stand "
            "above. Close it once more when they are answered."
        )
        self._voice.note(connection, case, f"crossed/{relay.relay_id}", note, reopens=True)
        is_here = place.is_with_people and place.case_id == case.case_id
        if is_here and place.state is not State.TICKET:
            due_at = self._clock.now() + KEEPS_TICKET_FOR
            self._voice.move(connection, place, State.TICKET, due_at=due_at)

    def _resolved(
        self,
        connection: Connection,
        conversation: Conversation,
        place: Place,
        case: Case,
        relay: Relay,
        body: dict[str, Any],
    ) -> None:
        if not case.is_open:
            return
        self._close(connection, case, cases.RESOLVED, relay, body)
        if not place.is_with_people or place.case_id != case.case_id:
            return
        self._voice.move(
            connection,
            place,
            State.WRAP_UP,
            unanswered_since=None,
            due_at=self._clock.now() + WRAPS_UP_FOR,
        )
        line = Line(name="utter_support_closed", values={"team": self._desk.team})
        self._voice.say(connection, conversation, [line], key=f"{KEY}closed/{relay.relay_id}")

    def _handed_back(
        self,
        connection: Connection,
        conversation: Conversation,
        place: Place,
        case: Case,
        relay: Relay,
        body: dict[str, Any],
    ) -> None:
        if not case.is_open:
            return
        self._close(connection, case, cases.HANDED_BACK, relay, body)
        if not place.is_with_people or place.case_id != case.case_id:
            return
        self._voice.move(connection, place, State.BOT, agent=None, unanswered_since=None)
        line = Line(name="utter_support_handed_back", values={"team": self._desk.team})
        self._voice.say(connection, conversation, [line], key=f"{KEY}back/{relay.relay_id}")

    def _close(
        self,
        connection: Connection,
        case: Case,
        outcome: str,
        relay: Relay,
        body: dict[str, Any],
    ) -> None:
        now = self._clock.now()
        cases.change(connection, case.case_id, closed_at=now, outcome=outcome)
        if body.get("by_command"):
            self._voice.pass_on(connection, closed(case, f"close/{relay.relay_id}"))

    def _settle(self, relay: Relay, *, state: str) -> None:
        with self._database.transaction() as connection:
            relays.settle(connection, relay, now=self._clock.now(), state=state)

    def _open_seconds(self, since: datetime, until: datetime) -> int:
        if self._desk.hours is None:
            return _seconds(until, since)
        return self._desk.hours.open_seconds(since, until)


def take_in(
    connection: Connection,
    sealer: Sealer,
    adapter: str,
    events: Sequence[Event],
    *,
    now: datetime,
) -> int:
    """Keep events that are new and not our own, commands parted from words; return how many."""
    new = 0
    for event in events:
        if relays.is_ours(connection, adapter, event.remote_id):
            continue
        for one, is_command in _parted(event):
            new += relays.add(
                connection,
                sealer,
                case_id=None,
                adapter=adapter,
                direction=relays.IN,
                cause=f"in/{_digest(adapter, one['remote_id'])}",
                kind=one["kind"],
                body={**one, "by_command": is_command},
                now=now,
                remote_id=one["remote_id"],
            )
    return new


def _parted(event: Event) -> list[tuple[dict[str, Any], bool]]:
    document = {**asdict(event), "kind": str(event.kind)}
    if event.kind is not EventKind.REPLY:
        return [(document, False)]
    if event.text.strip().casefold() == _LINK:
        return [({**document, "kind": _LINK}, True)]
    reply = words.read_reply(event.text)
    found = [({**document, "text": reply.text, "files": 0}, False)]
    if event.files:
        # An event of their own: a helpdesk may tell of the words before their files are there.
        files_id = f"{event.remote_id}#files"
        found.append(({**document, "remote_id": files_id, "text": ""}, False))
    if reply.command is not None:
        command_id = f"{event.remote_id}#{reply.command}"
        found.append(
            ({**document, "kind": reply.command, "remote_id": command_id, "text": ""}, True)
        )
    return found


def _digest(adapter: str, remote_id: str) -> str:
    return hashlib.sha256(f"{adapter}/{remote_id}".encode()).hexdigest()


def _seconds(until: datetime, since: datetime) -> int:
    return max(0, int((until - since).total_seconds()))
