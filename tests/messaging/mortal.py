"""The messaging service inside one process, where a test can kill it at any point.

Everything is real but the neighbours and the clock: the database is SQLite on disk, the vault lies
in a real Redis. A kill is an exception that no code of ours catches, raised before or after a
commit, a send, a turn; what was running is then thrown away and made anew, as after `kill -9`.
"""

import itertools
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import redis
from redis import Redis
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from clients.errors import ClientError, Unreachable
from clients.redis_link import connect
from clients.twilio import CarrierAway, CarrierBusy, CarrierRefused, SentText, may_be
from clients.vault import Vault
from messaging.answers import Answers
from messaging.contacts import Contacts
from messaging.errors import DatabaseAway
from messaging.handoff.desk import Desk
from messaging.handoff.deskwork import DeskWork
from messaging.handoff.inbox import HelpdeskInbox
from messaging.handoff.links import Links
from messaging.handoff.pace import Pace
from messaging.handoff.switchboard import Switchboard
from messaging.handoff.ways import Ways
from messaging.inbound import INBOUND_RECORD, Arrival, Inbound
from messaging.limits import Limits
from messaging.notices import NoticedAnswers
from messaging.outbox import Outbox
from messaging.replies import Replies
from messaging.seen import Seen
from messaging.segments import measure
from messaging.spool import Record, Spool
from messaging.statuses import News, Statuses
from messaging.store import conversations
from messaging.store.database import Database
from messaging.texts import Texts
from messaging.translations import Translations
from messaging.undeliverable import Undeliverable
from messaging.undelivered import Undelivered
from messaging.worker import TurnWorker
from simulator.carrier.fields import read_send
from tests.fakes.helpdesk import FakeHelpdesk
from tests.messaging.fakes import FakeClock, SilentWakeups
from wire.envelope import Reply, Turn, TurnAnswer

OURS = "+447700900999"
LEASE = timedelta(seconds=20)


class Killed(BaseException):
    """The process is gone."""


class Fate:
    """Counts the points at which a process can die and kills it at the chosen one."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.passed = 0

    def point(self) -> None:
        """Die here, if it is time."""
        self.passed += 1
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Killed


class MortalRedis:
    """Can be away; when it comes back it is empty."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._is_away = False

    def is_away(self, is_away: bool) -> None:
        """Go, or come back without what was in it."""
        if self._is_away and not is_away:
            self._redis.flushdb()
        self._is_away = is_away

    def __getattr__(self, name: str) -> Any:
        if self._is_away:
            raise redis.ConnectionError("test")
        return getattr(self._redis, name)


class MortalDatabase(Database):
    """Dies before or after a commit, and can be away."""

    def __init__(self, url: str, fate: Fate) -> None:
        super().__init__(url, busy_timeout_s=0.2)
        self._fate = fate
        self.is_away = False

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Connection]:
        if self.is_away:
            raise DatabaseAway("test")
        with super().transaction(durable=durable) as connection:
            yield connection
            self._fate.point()
        self._fate.point()


@dataclass
class OnPhone:
    """A text on somebody's screen."""

    carrier_id: str
    to: str
    body: str
    created_at: datetime
    callback: str


class FakeCarrier:
    """Takes texts, or does not, as it is told."""

    def __init__(self, fate: Fate, clock: FakeClock) -> None:
        self._fate = fate
        self._clock = clock
        self._ids = itertools.count()
        self.sent: list[OnPhone] = []
        self.moods: list[str] = []
        self.refusal = 30008
        self.skew = timedelta(0)
        """How far the carrier's clock is ahead of ours."""
        self.is_redacting = False
        """Its list keeps no words."""

    def send(
        self, *, to: str, sender: str, body: str, status_callback: str, validity_s: int
    ) -> str:
        """Take the text as the next mood has it."""
        fields = {
            "To": to,
            "From": sender,
            "Body": body,
            "StatusCallback": status_callback,
            "ValidityPeriod": str(validity_s),
        }
        assert read_send(MultiDict(fields), (OURS,)).unknown == ()
        self._fate.point()
        mood = self.moods.pop(0) if self.moods else "well"
        if mood == "busy":
            raise CarrierBusy(20429)
        if mood == "away":
            raise CarrierAway("twilio", "refused")
        if mood == "broken":
            raise Unreachable("twilio", "500")
        if mood == "refuses":
            raise CarrierRefused(status=400, code=self.refusal)
        sid = f"SM{next(self._ids)}"
        self.sent.append(OnPhone(sid, to, body, self._clock.now() + self.skew, status_callback))
        if mood == "hangs":
            self._clock.pass_by(timedelta(seconds=15))
            raise Unreachable("twilio", "read time-out")
        self._fate.point()
        return sid

    def find_sent(self, *, to: str, body: str, segments: int, since: datetime) -> list[SentText]:
        """Return the list, unless it is away too."""
        self._fate.point()
        if self.moods and self.moods.pop(0) in {"away", "broken", "busy"}:
            raise Unreachable("twilio", "500")
        return [
            SentText(
                carrier_id=text.carrier_id,
                status="queued",
                error_code=None,
                created_at=text.created_at,
            )
            for text in self.sent
            if text.to == to
            and text.created_at >= since
            and may_be(
                "" if self.is_redacting else text.body,
                measure(text.body).segments,
                body=body,
                segments=segments,
            )
        ]

    def bodies(self, number: str) -> list[str]:
        """Return what stands on a phone."""
        return [text.body for text in self.sent if text.to == number]


class FakeAssistant:
    """Answers each turn with what was said, the same turn alike; never two turns at a time."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        self.is_away = False
        self.turns: list[Turn] = []
        self.answer: Callable[[Turn], TurnAnswer] = lambda turn: TurnAnswer(
            turn_id=turn.turn_id, replies=(Reply(text=f"You said: {turn.text}"),)
        )

    def hand_in(self, turn: Turn) -> TurnAnswer:
        """Answer, or not."""
        self._fate.point()
        if self.is_away:
            raise Unreachable("rasa")
        self.turns.append(turn)
        self._fate.point()
        return self.answer(turn)


@dataclass
class Bench:
    """Edge and workers in one process, made anew after each kill."""

    folder: Path
    redis_url: str
    database_url: str
    clock: FakeClock = field(default_factory=FakeClock)
    segments_per_s: float = 1000.0
    texts: Texts = field(default_factory=Texts)
    limits: Limits = field(default_factory=Limits)
    desk: Desk | None = None
    """Set: there is a helpdesk."""
    pace: Pace = field(default_factory=Pace)
    contact: dict[str, str] = field(default_factory=dict)
    safeguarding: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fate = Fate()
        self.carrier = FakeCarrier(self.fate, self.clock)
        self.assistant = FakeAssistant(self.fate)
        self.seal_key, self.vault_key = secrets.token_bytes(32), secrets.token_bytes(32)
        self.conversation_key = secrets.token_bytes(32)
        self.contacts = Contacts(self.conversation_key, self.seal_key)
        self.wakeups = SilentWakeups()
        self.database = MortalDatabase(self.database_url, self.fate)
        self.redis = MortalRedis(connect(self.redis_url))
        # Tests number their texts alike; what an earlier one dealt with is not this one's.
        self.redis.flushdb()
        self.spool = Spool(self.folder / "spool", self.seal_key, self.clock)
        self.helpdesk = FakeHelpdesk()
        self._make()

    def _make(self) -> None:
        """Start what a killed process was, from nothing."""
        vault = Vault(self.redis, self.vault_key)  # type: ignore[arg-type]
        self.inbound = Inbound(
            database=self.database,
            spool=self.spool,
            contacts=self.contacts,
            wakeups=self.wakeups,  # type: ignore[arg-type]
            seen=Seen(self.redis, self.clock),  # type: ignore[arg-type]
            seal_key=self.seal_key,
            clock=self.clock,
            news=lambda _conversation_id: None,
        )
        self.statuses = Statuses(
            database=self.database, spool=self.spool, contacts=self.contacts, clock=self.clock
        )
        self.outbox = Outbox(
            database=self.database,
            carrier=self.carrier,
            contacts=self.contacts,
            seal_key=self.seal_key,
            callback_url="https://texts.example.gov.uk/webhooks/twilio/status",
            segments_per_s=self.segments_per_s,
            lease=LEASE,
            limits=self.limits,
            clock=self.clock,
            jitter=lambda: 1.0,
        )
        switchboard = None
        if self.desk is not None:
            switchboard = Switchboard(
                database=self.database,
                desk=self.desk,
                pace=self.pace,
                contacts=self.contacts,
                seal_key=self.seal_key,
                clock=self.clock,
            )
        replies = Replies(vault=vault, texts=self.texts, seal_key=self.seal_key, sender=OURS)
        self.worker = TurnWorker(
            database=self.database,
            answers=NoticedAnswers(
                Answers(
                    database=self.database,
                    assistant=self.assistant,
                    vault=vault,
                    contacts=self.contacts,
                    replies=replies,
                    texts=self.texts,
                    seal_key=self.seal_key,
                    clock=self.clock,
                    contact=self.contact,
                    safeguarding=self.safeguarding,
                    translations=Translations(("pl", "ur", "pa", "ro", "bn", "cy")),
                    regions=("GB",),
                    allow_drama=True,
                    limits=self.limits,
                    switchboard=switchboard,
                ),
                database=self.database,
                replies=replies,
                texts=self.texts,
                clock=self.clock,
            ),
            replies=replies,
            outbox=self.outbox,
            lease=LEASE,
            clock=self.clock,
            news=lambda _conversation: None,
            jitter=lambda: 1.0,
            switchboard=switchboard,
        )
        self.undelivered = Undelivered(
            database=self.database,
            contacts=self.contacts,
            replies=replies,
            texts=self.texts,
            clock=self.clock,
            news=lambda _conversation_id: None,
        )
        if self.desk is not None:
            self.undeliverable = Undeliverable(
                database=self.database, desk=self.desk, seal_key=self.seal_key, clock=self.clock
            )
            self.inbox = HelpdeskInbox(
                database=self.database,
                adapter=self.helpdesk.name,
                seal_key=self.seal_key,
                clock=self.clock,
            )
            self.deskwork = DeskWork(
                database=self.database,
                helpdesk=self.helpdesk,
                desk=self.desk,
                pace=self.pace,
                contacts=self.contacts,
                replies=replies,
                texts=self.texts,
                seal_key=self.seal_key,
                links=Links("https://texts.example.gov.uk", self.seal_key, self.clock),
                ways=Ways(hub_url="https://hub.example.gov.uk"),
                clock=self.clock,
                news=lambda _conversation: None,
                jitter=lambda: 1.0,
            )

    def close(self) -> None:
        """Close the database and the connection to Redis."""
        self.database.close()
        self.redis.close()

    @contextmanager
    def mortal(self, kill_at: int | None = None) -> Iterator[None]:
        """Run until the end or the chosen point; after a kill everything is made anew."""
        self.fate.left = kill_at
        try:
            yield
        except Killed:
            self._make()
        finally:
            self.fate.left = None

    def arrives(self, number: str, body: str, sid: str) -> bool:
        """Hand a text over as the carrier does; False: there was no answer, it comes again."""
        arrival = Arrival(
            external_id=sid, number=number, body=body, media_count=0, carrier_keyword=None
        )
        try:
            self.inbound.receive(arrival)
        except Killed:
            self._make()
            return False
        return True

    def sweep(self) -> None:
        """Do what the ticker does: replay the spool, take due turns, send due texts."""
        if self.database.is_away:
            return
        self.spool.replay(self._replay)
        with self.database.reading() as connection:
            due = conversations.due(connection, now=self.clock.now(), limit=200)
        for conversation_id in due:
            self.worker.work(conversation_id)
        if self.desk is not None:
            self.undeliverable.pass_on()
            self.deskwork.work()
            with suppress(ClientError):
                self.deskwork.collect()
            self.deskwork.deliver()
        self.outbox.send_due()

    def _replay(self, record: Record) -> None:
        if record["record"] == INBOUND_RECORD:
            self.inbound.replay(record)
        else:
            self.statuses.replay(record)

    def reports(self, text: OnPhone, status: str, code: int | None = None) -> None:
        """Tell what became of a text, as the carrier's callback does."""
        news = News(
            text_id=text.callback.rpartition("=")[2],
            carrier_id=text.carrier_id,
            status=status,
            error_code=code,
        )
        self.statuses.receive(news)

    def settle(self) -> None:
        """Let time go by until everything that can be done has been done."""
        self.database.is_away = self.assistant.is_away = False
        self.redis.is_away(False)
        self.carrier.moods.clear()
        for _ in range(12):
            self.sweep()
            self.clock.pass_by(timedelta(seconds=31))
