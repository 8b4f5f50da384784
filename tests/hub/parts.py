"""A hub for tests: neighbours that remember what they were handed, a clock moved by hand."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from clients.errors import Unreachable
from hub.accounts import outbox
from hub.accounts.hub import Hub
from hub.accounts.limits import Limits
from hub.accounts.passwords import Hasher
from hub.store.engine import Store, make_engine
from hub.store.sealing import Lookup, Sealer

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
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


def make_parts(
    url: str, clock: MovableClock, limits: Limits = CHEAP, engine: Engine | None = None
) -> Hub:
    return Hub(
        store=Store(engine or make_engine(url)),
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


def lay_open(session: Session) -> None:
    """Take away what keeps the record append-only, as whoever owns the database could."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    triggers = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in triggers.scalars().all():
        session.execute(text(f"DROP TRIGGER {name}"))


@dataclass
class Invitation:
    email: str
    code: str
    link: str


def read_invitation(mail: Mail) -> Invitation:
    lines = mail.plain.splitlines()
    link = next(line for line in lines if line.startswith("https://"))
    code = next(line for line in lines if line.startswith("Your invitation code is "))
    return Invitation(mail.to, code.rsplit(" ", 1)[-1], link)


def code_in(text: Text) -> str:
    return text.body[:6]


def hand_over(hub: Hub, outgoing_id: str) -> outbox.Handover:
    return outbox.hand_over(hub, outgoing_id, held=True)
