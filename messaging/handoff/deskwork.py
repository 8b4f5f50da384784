"""What goes to and fro between a conversation and the helpdesk, by the clock.

Everything that counts is a row: a crash at any point repeats at most a call that carries a key, and
nothing that came from the helpdesk is dealt with twice.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Connection, select

from clients.errors import ClientError, Refused
from clients.helpdesk import Entry, Event, EventKind, Helpdesk
from clients.sealing import SealBroken, Sealer
from messaging import metrics, segments
from messaging.chat.links import SESSION_LIFETIME
from messaging.chat.schema import chat_sessions
from messaging.contacts import Contacts
from messaging.errors import Overtaken
from messaging.handoff import board, cases, offer, relays, ticket, words
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.links import Links
from messaging.handoff.offer import Desk
from messaging.handoff.relays import Relay
from messaging.handoff.states import State
from messaging.handoff.switchboard import KEEPS_TICKET_FOR, WRAPS_UP_FOR, Line, Pace
from messaging.outbox import some_jitter
from messaging.replies import Replies, Said
from messaging.store import conversations, messages, opt_outs, outbox
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.schema import outbox as outbox_rows
from messaging.texts import Texts
from wire.clock import Clock
from wire.names import SMS, WEBCHAT

FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 600.0
TELL_DELAY_AFTER: Final = timedelta(seconds=60)
LEASE: Final = timedelta(seconds=60)
GIVES_UP_AFTER: Final = timedelta(hours=24)
"""So long a helpdesk may be down, or a reply to an unknown ticket may wait for the ticket."""
LOOK_AGAIN_AFTER: Final = timedelta(seconds=15)
NEWS_AFTER_CLOSING: Final = timedelta(days=30)
IDLE_FOR: Final = timedelta(hours=24)
MOST_PARTS: Final = 4
"""Texts that one reply of a person may take; each has up to three segments."""
UNDELIVERED_BACK: Final = timedelta(days=3)
MANY: Final = 100
_KEY: Final = "helpdesk/"
_LINK: Final = "link"
_TRIES: Final = 5

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ways:
    """What is told beside the team's name: how else to reach people, and the hub."""

    contact: Sequence[Line] = ()
    hub_url: str | None = None


class DeskWork:
    """Sends, collects, delivers, keeps time; safe to run in many processes."""

    def __init__(
        self,
        *,
        database: Database,
        helpdesk: Helpdesk,
        desk: Desk,
        pace: Pace,
        contacts: Contacts,
        replies: Replies,
        texts: Texts,
        seal_key: bytes,
        links: Links | None,
        ways: Ways,
        clock: Clock,
        news: Callable[[str], None],
        jitter: Callable[[], float] = some_jitter,
    ) -> None:
        """Take everything it needs; `news` is told of a web chat whose log or state has changed."""
        self._database = database
        self._helpdesk = helpdesk
        self._desk = desk
        self._pace = pace
        self._contacts = contacts
        self._replies = replies
        self._texts = texts
        self._sealer = Sealer(seal_key)
        self._links = links
        self._ways = ways
        self._clock = clock
        self._news = news
        self._jitter = jitter

    def work(self) -> None:
        """Do everything that is due but for asking the helpdesk for news.

        Raises:
            DatabaseAway: not now.
        """
        self.receive()
        self.send_due()

    def receive(self) -> None:
        """Do what is due on the parents' side: the clock, what was not delivered, what came.

        Raises:
            DatabaseAway: not now.
        """
        self.keep_time()
        self.tell_undelivered()
        self.deliver()

    # ---- to the helpdesk --------------------------------------------------------------------

    def send_due(self) -> int:
        """Hand over what waits, each case's messages in order; return how many were tried.

        Raises:
            DatabaseAway: nothing can be handed over just now.
        """
        tried = 0
        while True:
            now = self._clock.now()
            with self._database.transaction() as connection:
                relay = relays.take_out(connection, now=now, until=now + LEASE)
            if relay is None:
                return tried
            tried += 1
            with structlog.contextvars.bound_contextvars(relay=relay.relay_id, case=relay.case_id):
                self._carry_out(relay)

    def _carry_out(self, relay: Relay) -> None:
        with self._database.reading() as connection:
            case = cases.get(connection, relay.case_id)
        assert case is not None, "a relay goes with its case"
        try:
            if relay.kind == relays.OPEN:
                self._open(relay, case)
            else:
                self._append(relay, case)
        except ClientError as exc:
            self._failed(relay, case, exc)
        except SealBroken:
            _log.error("relay.seal_broken")
            self._settle(relay, state=relays.REFUSED)

    def _open(self, relay: Relay, case: Case) -> None:
        body = relay.body(self._sealer)
        with self._database.reading() as connection:
            written = ticket.compose(
                connection,
                case,
                self._contacts,
                facts=body.get("facts") or {},
                link=self._link(case),
            )
        opened = self._helpdesk.open(written)
        now = self._clock.now()
        with self._database.transaction() as connection:
            conversation = conversations.lock(connection, case.conversation_id)
            if not relays.settle(connection, relay, now=now, remote_id=opened.remote_id):
                return
            cases.change(connection, case.case_id, remote_ref=opened.remote_ref, opened_at=now)
            if case.delay_told and conversation is not None:
                line = Line(name="utter_support_through", values={"team": self._desk.team})
                self._say(connection, conversation, [line], key=f"{_KEY}through/{case.case_id}")
        self._news(case.conversation_id)
        metrics.RELAYED.labels(direction=relays.OUT, outcome="done").inc()
        _log.info("case.opened", reference=case.reference, waited_s=_seconds(now, case.created_at))

    def _append(self, relay: Relay, case: Case) -> None:
        if case.remote_ref is None:
            _log.error("relay.no_ticket")
            self._settle(relay, state=relays.REFUSED)
            return
        body = relay.body(self._sealer)
        entry = Entry(
            key=relay.relay_id,
            reference=case.reference,
            case_id=case.case_id,
            text=str(body.get("text") or ""),
            is_note=relay.kind != relays.PARENT,
            urgent=bool(body.get("urgent")),
            link=self._link(case),
            reopens=bool(body.get("reopens")),
        )
        act = self._helpdesk.close if relay.kind == relays.CLOSE else self._helpdesk.append
        self._settle(relay, remote_id=act(case.remote_ref, entry))
        metrics.RELAYED.labels(direction=relays.OUT, outcome="done").inc()

    def _failed(self, relay: Relay, case: Case, exc: ClientError) -> None:
        now = self._clock.now()
        is_refused = isinstance(exc, Refused)
        if now - relay.created_at > GIVES_UP_AFTER:
            _log.error("relay.given_up", cause=str(exc), kind=relay.kind)
            metrics.RELAYED.labels(direction=relays.OUT, outcome="given_up").inc()
            self._settle(relay, state=relays.REFUSED)
            return
        pause = min(FIRST_PAUSE_S * 2 ** min(relay.tries, 16), LONGEST_PAUSE_S)
        if is_refused:
            pause = LONGEST_PAUSE_S  # somebody has to mend a setting first
        due_at = now + timedelta(seconds=pause * self._jitter())
        must_tell = (
            relay.kind == relays.OPEN
            and not case.delay_told
            and now - case.created_at >= TELL_DELAY_AFTER
        )
        with self._database.transaction() as connection:
            if must_tell:
                self._tell_delay(connection, case)
            relays.postpone(connection, relay, due_at=due_at)
        if must_tell:
            self._news(case.conversation_id)
        metrics.RELAYED.labels(direction=relays.OUT, outcome="postponed").inc()
        log = _log.error if is_refused else _log.warning
        log("relay.postponed", cause=str(exc), tries=relay.tries + 1, kind=relay.kind)

    def _tell_delay(self, connection: Connection, case: Case) -> None:
        conversation = conversations.lock(connection, case.conversation_id)
        if conversation is None:
            return
        lines = [
            Line(name="utter_support_not_through", values={"team": self._desk.team}),
            *self._ways.contact,
        ]
        self._say(connection, conversation, lines, key=f"{_KEY}delay/{case.case_id}")
        cases.change(connection, case.case_id, delay_told=True)

    def _settle(
        self, relay: Relay, *, state: str = relays.DONE, remote_id: str | None = None
    ) -> None:
        with self._database.transaction() as connection:
            relays.settle(
                connection, relay, now=self._clock.now(), state=state, remote_id=remote_id
            )

    def _link(self, case: Case) -> str | None:
        return None if self._links is None else self._links.make(case.case_id)

    # ---- from the helpdesk ------------------------------------------------------------------

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
        if (
            conversation is None
            or case is None
            or not relays.settle(connection, relay, now=now, case_id=case.case_id)
        ):
            return None
        place = board.read(connection, case.conversation_id)
        kind = str(body["kind"])
        if kind == EventKind.REPLY:
            self._reply(connection, conversation, place, case, relay, body)
        elif kind == EventKind.RESOLVED:
            self._resolved(connection, conversation, place, case, relay, body)
        elif kind == EventKind.BACK:
            self._handed_back(connection, conversation, place, case, relay, body)
        elif kind == _LINK:
            self._note(connection, case, f"link/{relay.relay_id}", "The link that you asked for.")
        return case.conversation_id

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
            said.insert(0, self._line(conversation, joined))
        self._hear(connection, conversation, case, relay, said, text)
        if case.first_reply_at is None:
            waited = self._open_seconds(case.created_at, now)
            metrics.FIRST_REPLY.observe(waited)
            cases.change(connection, case.case_id, first_reply_at=now, first_reply_s=waited)
        if is_others:
            return
        due = IDLE_FOR if state is State.HUMAN else WRAPS_UP_FOR
        self._move(
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
            who = f"{name}, {self._desk.team}" if name else self._desk.team
            whole = self._replies.prepare(
                f"{who}: {text}", channel=conversation.channel, author=messages.HELPER
            )
            # A page shows the name beside the words; a text message has to say it.
            parts = whole.parts[:MOST_PARTS]
            said.append(replace(whole, text=text, parts=parts, name=name or self._desk.team))
            if conversation.channel == SMS and len(whole.parts) > MOST_PARTS:
                said.append(self._line(conversation, Line(name="utter_support_cut")))
        if files:
            line = Line(name="utter_support_file_no_link")
            if self._ways.hub_url:
                line = Line(name="utter_support_file", values={"link": self._ways.hub_url})
            said.append(self._line(conversation, line))
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
            self._note(connection, case, f"undelivered/{relay.relay_id}", note)
            # The log keeps it: in a web chat that is opened again it is there.
            if conversation.channel == SMS:
                return
        whole = segments.split(segments.plain(text)) if conversation.channel == SMS else []
        if len(whole) > MOST_PARTS:
            sent = sum(len(part) for part in whole[:MOST_PARTS])
            note = f"Your reply was too long for text messages: about {sent} characters were sent."
            self._note(connection, case, f"cut/{relay.relay_id}", note)
        self._append_said(connection, conversation, said, key=f"{_KEY}{relay.relay_id}")

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

    def _resolved(
        self,
        connection: Connection,
        conversation: Conversation,
        place: Place,
        case: Case,
        relay: Relay,
        body: dict[str, Any],
    ) -> None:
        now = self._clock.now()
        if not case.is_open:
            return
        is_here = place.is_with_people and place.case_id == case.case_id
        at = datetime.fromisoformat(str(body["at"]))
        if is_here and relays.unseen(connection, case.case_id, at=at):
            # The parent wrote at the same moment: somebody has to read that.
            note = "The parent wrote while this was being closed, so it is open again."
            self._note(connection, case, f"crossed/{relay.relay_id}", note, reopens=True)
            if place.state is not State.TICKET:
                self._move(connection, place, State.TICKET, due_at=now + KEEPS_TICKET_FOR)
            return
        self._close(connection, case, cases.RESOLVED, relay, body)
        if not is_here or place.state is State.WRAP_UP:
            return
        self._move(
            connection,
            place,
            State.WRAP_UP,
            unanswered_since=None,
            due_at=now + WRAPS_UP_FOR,
        )
        line = Line(name="utter_support_closed", values={"team": self._desk.team})
        self._say(connection, conversation, [line], key=f"{_KEY}closed/{relay.relay_id}")

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
        self._move(connection, place, State.BOT, agent=None, unanswered_since=None)
        line = Line(name="utter_support_handed_back", values={"team": self._desk.team})
        self._say(connection, conversation, [line], key=f"{_KEY}back/{relay.relay_id}")

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
            self._pass(
                connection, case, relays.CLOSE, f"close/{relay.relay_id}", "Closed by reply."
            )

    # ---- by the clock -----------------------------------------------------------------------

    def keep_time(self) -> int:
        """Do what is due: holding texts, the end of waiting, of wrapping up, of an offer.

        Raises:
            DatabaseAway: not now.
        """
        with self._database.reading() as connection:
            due = board.due(connection, now=self._clock.now(), limit=MANY)
        done = 0
        for conversation_id in due:
            try:
                with self._database.transaction() as connection:
                    is_done = self._time_is_up(connection, conversation_id)
            except Overtaken:
                continue
            if is_done:
                done += 1
                self._news(conversation_id)
        return done

    def _time_is_up(self, connection: Connection, conversation_id: str) -> bool:
        now = self._clock.now()
        conversation = conversations.lock(connection, conversation_id)
        place = board.read(connection, conversation_id)
        if conversation is None or place.due_at is None or place.due_at > now:
            return False
        case = cases.get(connection, place.case_id)
        key = f"{_KEY}time/{conversation_id}/{place.version}"
        if place.state is State.WAITING and not place.holding_told:
            since = place.since or now
            until = max(since + self._pace.gives_up_after, now + timedelta(seconds=1))
            self._move(connection, place, State.WAITING, holding_told=True, due_at=until)
            if case is not None and case.opened_at is not None:
                line = Line(name="utter_support_holding", values={"team": self._desk.team})
                self._say(connection, conversation, [line], key=key)
        elif place.state in (State.WAITING, State.HUMAN):
            self._move(connection, place, State.TICKET, due_at=now + KEEPS_TICKET_FOR)
            is_unanswered = place.unanswered_since is not None
            if case is not None and is_unanswered and case.opened_at is not None:
                self._say(connection, conversation, [self._nobody_free(connection)], key=key)
        else:
            self._move(connection, place, State.BOT, offer=None, due_at=None, agent=None)
        return True

    def _nobody_free(self, connection: Connection) -> Line:
        now = self._clock.now()
        back = offer.facts(connection, self._desk, now=now).back
        if back is None:
            return Line(name="utter_support_nobody_free", values={"team": self._desk.team})
        values = {"team": self._desk.team, "back": back}
        return Line(name="utter_support_nobody_free_back", values=values)

    def tell_undelivered(self) -> int:
        """Tell people which of their replies the network did not deliver; return how many.

        Raises:
            DatabaseAway: not now.
        """
        since, told = self._clock.now() - UNDELIVERED_BACK, 0
        o = outbox_rows.c
        lost = select(o.text_id, o.idempotency_key, o.reason).where(
            o.idempotency_key.startswith(_KEY, autoescape=True),
            o.state.in_((outbox.FAILED, outbox.UNDELIVERED)),
            o.created_at >= since,
        )
        with self._database.reading() as connection:
            rows = connection.execute(lost).all()
            fresh = [
                row
                for row in rows
                if not relays.has_cause(connection, f"undelivered/{row.text_id}")
            ]
        for row in fresh:
            relay_id = str(row.idempotency_key).removeprefix(_KEY).partition("/")[0]
            with self._database.transaction() as connection:
                case = _case_of(connection, relay_id)
                if case is None:
                    continue  # a sentence of ours, not a person's reply
                reason = str(row.reason or "unknown").replace("_", " ")
                note = f"A part of your reply did not reach the parent's phone: {reason}."
                self._note(connection, case, f"undelivered/{row.text_id}", note)
                told += 1
        return told

    # ---- parts ------------------------------------------------------------------------------

    def _note(
        self, connection: Connection, case: Case, cause: str, text: str, *, reopens: bool = False
    ) -> None:
        self._pass(connection, case, relays.NOTE, cause, text, reopens=reopens)

    def _pass(
        self,
        connection: Connection,
        case: Case,
        kind: str,
        cause: str,
        text: str,
        *,
        reopens: bool = False,
    ) -> None:
        relays.add(
            connection,
            self._sealer,
            case_id=case.case_id,
            adapter=case.adapter,
            direction=relays.OUT,
            cause=cause,
            kind=kind,
            body={"text": text, "reopens": reopens},
            now=self._clock.now(),
        )

    def _move(self, connection: Connection, place: Place, state: State, **changes: Any) -> None:
        board.move(connection, place, state, now=self._clock.now(), **changes)
        if state is not place.state:
            metrics.MOVES.labels(before=place.state, after=state).inc()
            _log.info(
                "handoff.moved",
                conversation=place.conversation_id,
                before=str(place.state),
                after=str(state),
            )

    def _say(
        self,
        connection: Connection,
        conversation: Conversation,
        lines: Sequence[Line],
        *,
        key: str,
    ) -> None:
        said = [self._line(conversation, line) for line in lines]
        self._append_said(connection, conversation, said, key=key)

    def _append_said(
        self,
        connection: Connection,
        conversation: Conversation,
        said: list[Said],
        *,
        key: str,
    ) -> None:
        self._replies.append(
            connection,
            conversation,
            said,
            key=key,
            turn_id=None,
            journey=conversation.journey,
            now=self._clock.now(),
        )

    def _line(self, conversation: Conversation, line: Line) -> Said:
        text = self._texts.say(line.name, channel=conversation.channel, **line.values)
        return self._replies.prepare(text, channel=conversation.channel, author=messages.SERVICE)

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
    document = {**asdict(event), "kind": str(event.kind), "at": event.at.isoformat()}
    if event.kind is not EventKind.REPLY:
        return [(document, False)]
    if event.text.strip().casefold() == _LINK:
        return [({**document, "kind": _LINK}, True)]
    reply = words.read_reply(event.text)
    found = [({**document, "text": reply.text}, False)]
    if reply.command is not None:
        command_id = f"{event.remote_id}#{reply.command}"
        found.append(
            ({**document, "kind": reply.command, "remote_id": command_id, "text": ""}, True)
        )
    return found


def _digest(adapter: str, remote_id: str) -> str:
    return hashlib.sha256(f"{adapter}/{remote_id}".encode()).hexdigest()


def _case_of(connection: Connection, relay_id: str) -> Case | None:
    """Return the case that an event from the helpdesk was about."""
    row = relays.get(connection, relay_id)
    return None if row is None else cases.get(connection, row.case_id)


def _seconds(until: datetime, since: datetime) -> int:
    return max(0, int((until - since).total_seconds()))
