"""A hub whose neighbours remember what they were handed, over a real database."""

import base64
import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from clients.errors import Unreachable
from hub import settings as hub_settings
from hub.accounts import invitations, outbox, relay
from hub.accounts.hub import Hub
from hub.accounts.limits import Limits
from hub.accounts.passwords import Hasher
from hub.store import schema
from hub.store.engine import Store, make_engine
from hub.store.sealing import Lookup, Sealer

START = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
CHEAP = Limits(argon2_memory_kib=8, argon2_passes=1)
"""The limits as they are, but for the cost of a hash."""


class MovableClock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.present = START

    def now(self) -> datetime:
        return self.present

    def monotonic(self) -> float:
        return (self.present - START).total_seconds()

    def pass_by(self, span: timedelta | float) -> None:
        self.present += span if isinstance(span, timedelta) else timedelta(seconds=span)


@dataclass
class Text:
    to: str
    body: str
    purpose: str
    valid_for_s: int
    key: str


@dataclass
class TextsTaken:
    """A messaging service: knows a text by its key, and can be away."""

    by_key: dict[str, Text] = field(default_factory=dict)
    calls: int = 0
    is_away: bool = False
    answer: tuple[str, str | None] = ("delivered", None)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def all(self) -> list[Text]:
        return list(self.by_key.values())

    def send(
        self, *, to: str, body: str, purpose: str, valid_for_s: int, idempotency_key: str
    ) -> str:
        with self.lock:
            self.calls += 1
            if self.is_away:
                raise Unreachable("messaging")
            self.by_key.setdefault(
                idempotency_key, Text(to, body, purpose, valid_for_s, idempotency_key)
            )
            return "text-" + idempotency_key

    def state(self, text_id: str) -> tuple[str, str | None]:
        if self.is_away:
            raise Unreachable("messaging")
        return self.answer


@dataclass
class Mail:
    to: str
    subject: str
    plain: str
    html: str
    message_id: str


@dataclass
class MailsTaken:
    """A mail server that keeps what it was handed."""

    all: list[Mail] = field(default_factory=list)
    is_away: bool = False

    def send(self, *, to: str, subject: str, plain: str, html: str, message_id: str) -> None:
        if self.is_away:
            raise Unreachable("mail")
        self.all.append(Mail(to, subject, plain, html, message_id))


def key_of(number: int) -> bytes:
    return bytes([number]) * 32


def make_parts(url: str, clock: MovableClock, limits: Limits = CHEAP) -> Hub:
    return Hub(
        store=Store(make_engine(url)),
        clock=clock,
        limits=limits,
        sealer=Sealer([key_of(1)]),
        lookup=Lookup([key_of(2)]),
        code_key=key_of(3),
        hasher=Hasher(limits),
        texts=TextsTaken(),
        mails=MailsTaken(),
        public_url="https://hub.example.gov.uk",
        public_host="hub.example.gov.uk",
        contact={},
        number_regions=("GB",),
        allow_drama_numbers=True,
    )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "hub.db"
    engine = make_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def database_url(migrated: Path, tmp_path: Path) -> str:
    copy = tmp_path / "hub.db"
    copy.write_bytes(migrated.read_bytes())
    return f"sqlite:///{copy}"


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def hub(database_url: str, clock: MovableClock) -> Iterator[Hub]:
    parts = make_parts(database_url, clock)
    yield parts
    parts.store.engine.dispose()


@pytest.fixture
def texts(hub: Hub) -> TextsTaken:
    assert isinstance(hub.texts, TextsTaken)
    return hub.texts


@pytest.fixture
def mails(hub: Hub) -> MailsTaken:
    assert isinstance(hub.mails, MailsTaken)
    return hub.mails


_addresses = itertools.count()


@dataclass
class Invitation:
    email: str
    code: str
    link: str


@pytest.fixture
def invite(hub: Hub, mails: MailsTaken) -> Callable[..., Invitation]:
    """Invite someone and read the mail."""

    def _invite(email: str | None = None) -> Invitation:
        address = email or f"parent{next(_addresses)}@example.com"
        invitations.invite(hub, email=address, actor="test")
        relay.sweep(hub)
        return read_invitation(mails.all[-1])

    return _invite


def read_invitation(mail: Mail) -> Invitation:
    lines = mail.plain.splitlines()
    link = next(line for line in lines if line.startswith("https://"))
    code = next(line for line in lines if line.startswith("Your invitation code is "))
    return Invitation(mail.to, code.rsplit(" ", 1)[-1], link)


def code_in(text: Text) -> str:
    return text.body[:6]


def hand_over(hub: Hub, outgoing_id: str) -> outbox.Handover:
    return outbox.hand_over(hub, outgoing_id, held=True)


@pytest.fixture
def settings(database_url: str) -> hub_settings.Settings:
    def encoded(number: int) -> str:
        return base64.b64encode(key_of(number)).decode()

    return hub_settings.load(
        hub_api_keys="current-key,former-key",
        hub_seal_key=encoded(1),
        hub_lookup_key=encoded(2),
        hub_code_key=encoded(3),
        hub_session_key=encoded(4),
        messaging_api_key="messaging-key",
        hub_public_url="https://hub.example.gov.uk",
        hub_database_url=database_url,
        allow_drama_numbers=True,
    )
