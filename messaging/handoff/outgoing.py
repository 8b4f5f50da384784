"""To the helpdesk: each case's messages in order, each once, for a day if need be."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Connection

from clients.errors import ClientError, Refused
from clients.helpdesk import LONGEST_CALL_S, Entry, Helpdesk, Opened
from clients.sealing import SealBroken, Sealer
from messaging import metrics
from messaging.contacts import Contacts
from messaging.handoff import cases, relays, ticket
from messaging.handoff.cases import Case
from messaging.handoff.desk import Desk
from messaging.handoff.lines import Line
from messaging.handoff.links import Links
from messaging.handoff.relays import Relay
from messaging.handoff.voice import KEY, Voice
from messaging.handoff.ways import Ways
from messaging.store import conversations
from messaging.store.database import Database
from wire.clock import Clock

FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 600.0
TELL_DELAY_AFTER: Final = timedelta(seconds=60)
LEASE: Final = timedelta(seconds=LONGEST_CALL_S * 1.5)
"""Longer than any call, its last answer included: nobody begins what another is still at."""
GIVES_UP_AFTER: Final = timedelta(hours=24)
"""So long something that is refused is tried again; what is merely away, as long as it takes."""
LEAST_TRIES: Final = 12
"""And so often, two hours of tries: a day on which nobody was there to try is no reason."""

GONE: Final = 404
"""What an adapter refuses with where the ticket is not there any more."""

_log = structlog.get_logger(__name__)


class Outgoing:
    """Hands over what waits; safe to run in many processes."""

    def __init__(
        self,
        *,
        database: Database,
        helpdesk: Helpdesk,
        desk: Desk,
        contacts: Contacts,
        voice: Voice,
        seal_key: bytes,
        links: Links | None,
        ways: Ways,
        clock: Clock,
        news: Callable[[str], None],
        jitter: Callable[[], float],
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._helpdesk = helpdesk
        self._desk = desk
        self._contacts = contacts
        self._voice = voice
        self._sealer = Sealer(seal_key)
        self._links = links
        self._ways = ways
        self._clock = clock
        self._news = news
        self._jitter = jitter

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
        opened = self._opened(relay, case, facts=relay.body(self._sealer).get("facts") or {})
        now = self._clock.now()
        with self._database.transaction() as connection:
            conversation = conversations.lock(connection, case.conversation_id)
            if not relays.settle(connection, relay, now=now, remote_id=opened.remote_id):
                return
            cases.change(connection, case.case_id, remote_ref=opened.remote_ref, opened_at=now)
            if case.delay_told and conversation is not None:
                line = Line(name="utter_support_through", values={"team": self._desk.team})
                self._voice.say(
                    connection, conversation, [line], key=f"{KEY}through/{case.case_id}"
                )
        self._news(case.conversation_id)
        metrics.RELAYED.labels(direction=relays.OUT, outcome="done").inc()
        _log.info("case.opened", reference=case.reference, waited_s=_seconds(now, case.created_at))

    def _opened(self, relay: Relay, case: Case, *, facts: Mapping[str, Any]) -> Opened:
        with self._database.reading() as connection:
            written = ticket.compose(
                connection, case, self._contacts, facts=facts, link=self._link(case)
            )
        return self._helpdesk.open(replace(written, may_be_there=relay.tries > 0))

    def _open_anew(self, relay: Relay, case: Case) -> None:
        """Open a ticket in the place of one that is gone; what is to be added comes next."""
        opened = self._opened(relay, case, facts={})
        with self._database.transaction() as connection:
            cases.change(connection, case.case_id, remote_ref=opened.remote_ref)
            cause = f"anew/{relay.relay_id}/{relay.tries}"
            self._voice.opened(connection, case, opened, cause=cause)
            relays.postpone(connection, relay, due_at=self._clock.now())
        _log.warning("case.opened_anew", reference=case.reference)

    def _append(self, relay: Relay, case: Case) -> None:
        if case.remote_ref is None:
            self._open_anew(relay, case)
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
            fields=self._shared(case) if body.get("shares") else {},
        )
        act = self._helpdesk.close if relay.kind == relays.CLOSE else self._helpdesk.append
        self._settle(relay, remote_id=act(case.remote_ref, entry))
        metrics.RELAYED.labels(direction=relays.OUT, outcome="done").inc()

    def _shared(self, case: Case) -> Mapping[str, str]:
        with self._database.reading() as connection:
            return ticket.shared(connection, case, self._contacts)

    def _failed(self, relay: Relay, case: Case, exc: ClientError) -> None:
        now = self._clock.now()
        is_refused = isinstance(exc, Refused)
        is_hopeless = is_refused and relay.kind != relays.OPEN
        is_gone = (
            isinstance(exc, Refused)
            and exc.status == GONE
            and relay.tries > 0
            and case.remote_ref is not None
            and (case.is_open or relay.kind == relays.PARENT)
        )
        is_long = relay.tries >= LEAST_TRIES and now - relay.created_at > GIVES_UP_AFTER
        if is_hopeless and not is_gone and is_long:
            self._give_up(relay, case, exc)
            return
        pause = min(FIRST_PAUSE_S * 2 ** min(relay.tries, 16), LONGEST_PAUSE_S)
        if is_refused:
            pause = LONGEST_PAUSE_S  # somebody has to mend a setting first
        due_at = now + timedelta(seconds=pause * self._jitter())
        must_tell = (
            relay.kind == relays.OPEN
            and not case.delay_told
            and case.consent != cases.NOT_ASKED  # nobody waits for it
            and now - case.created_at >= TELL_DELAY_AFTER
        )
        with self._database.transaction() as connection:
            if must_tell:
                self._tell_delay(connection, case)
            if is_gone:
                # Deleted, merged, or moved where we may not go: the next try opens another.
                cases.change(connection, case.case_id, remote_ref=None)
            relays.postpone(connection, relay, due_at=due_at)
        if must_tell:
            self._news(case.conversation_id)
        metrics.RELAYED.labels(direction=relays.OUT, outcome="postponed").inc()
        log = _log.error if is_refused else _log.warning
        log("relay.postponed", cause=str(exc), tries=relay.tries + 1, kind=relay.kind)

    def _give_up(self, relay: Relay, case: Case, exc: ClientError) -> None:
        """Tell the parent whose words nobody takes; a note of ours is dropped."""
        _log.error("relay.given_up", cause=str(exc), kind=relay.kind)
        metrics.RELAYED.labels(direction=relays.OUT, outcome="given_up").inc()
        now = self._clock.now()
        with self._database.transaction() as connection:
            conversation = conversations.lock(connection, case.conversation_id)
            is_settled = relays.settle(connection, relay, now=now, state=relays.REFUSED)
            if is_settled and relay.kind == relays.PARENT and conversation is not None:
                lines = [
                    Line(name="utter_support_not_taken", values={"team": self._desk.team}),
                    *self._ways.contact,
                ]
                key = f"{KEY}refused/{relay.relay_id}"
                self._voice.say(connection, conversation, lines, key=key)
        self._news(case.conversation_id)

    def _tell_delay(self, connection: Connection, case: Case) -> None:
        conversation = conversations.lock(connection, case.conversation_id)
        if conversation is None:
            return
        lines = [
            Line(name="utter_support_not_through", values={"team": self._desk.team}),
            *self._ways.contact,
        ]
        self._voice.say(connection, conversation, lines, key=f"{KEY}delay/{case.case_id}")
        cases.change(connection, case.case_id, delay_told=True)

    def _settle(
        self, relay: Relay, *, state: str = relays.DONE, remote_id: str | None = None
    ) -> None:
        with self._database.transaction() as connection:
            relays.settle(
                connection, relay, now=self._clock.now(), state=state, remote_id=remote_id
            )

    def _link(self, case: Case) -> str | None:
        if self._links is None or not case.is_open:
            return None
        return self._links.make(case.case_id)


def _seconds(until: datetime, since: datetime) -> int:
    return max(0, int((until - since).total_seconds()))
