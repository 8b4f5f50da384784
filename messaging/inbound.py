"""Taking in a text: once, masked, in order, and never losing it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

import structlog
from sqlalchemy import Connection

from clients.sealing import Sealer
from messaging import keywords, kinds, log, metrics
from messaging.chat import links, shows
from messaging.cleaning import MAX_CHARACTERS, clean
from messaging.contacts import Contacts
from messaging.errors import DatabaseAway
from messaging.keywords import Keyword
from messaging.kinds import Kind
from messaging.masking import mask
from messaging.numbers import is_e164
from messaging.queue import Wakeups
from messaging.seen import Seen
from messaging.spool import Record, Spool, fields_of
from messaging.store import claims, conversations, messages, opt_outs
from messaging.store.database import Database
from wire.clock import Clock
from wire.names import SMS

INBOUND_RECORD: Final = "inbound"
_CODE: Final = "joining_code"

_log = structlog.get_logger(__name__)


class Receipt(StrEnum):
    """What became of a text."""

    TAKEN = "taken"
    DUPLICATE = "duplicate"
    SPOOLED = "spooled"
    UNANSWERABLE = "unanswerable"
    """From a name or a short code: there is nobody to answer."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A text as the carrier handed it over."""

    external_id: str
    number: str
    body: str
    media_count: int
    carrier_keyword: Keyword | None
    """Set when the carrier has dealt with STOP, START or HELP, and answered, by itself."""
    is_unread: bool = False
    """That it came is known, and what it said is not."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A text ready to be stored: masked, its values apart."""

    message_id: str
    external_id: str
    number: str
    kind: Kind
    text: str
    is_answered: bool
    """The carrier has answered already."""
    received_at: datetime
    values: Mapping[str, str] = field(default_factory=dict)

    def to_record(self) -> Record:
        """Return it as plain values, for the spool."""
        plain = asdict(self) | {"received_at": self.received_at.isoformat()}
        return {"record": INBOUND_RECORD, **plain}

    @classmethod
    def from_record(cls, record: Record) -> "Taken":
        """Read it back."""
        plain = fields_of(cls, record)
        plain["kind"] = Kind(plain["kind"])
        plain["received_at"] = datetime.fromisoformat(plain["received_at"])
        return cls(**plain)


class Inbound:
    """The way in for texts; safe to share between threads."""

    def __init__(
        self,
        *,
        database: Database,
        spool: Spool,
        contacts: Contacts,
        wakeups: Wakeups,
        seen: Seen,
        seal_key: bytes,
        clock: Clock,
        news: Callable[[str], None],
    ) -> None:
        """Take everything it needs; `news` is told of a web chat that a text belongs to."""
        self._database = database
        self._spool = spool
        self._contacts = contacts
        self._wakeups = wakeups
        self._seen = seen
        self._sealer = Sealer(seal_key)
        self._link_key = seal_key
        self._clock = clock
        self._news = news

    def receive(self, arrival: Arrival) -> Receipt:
        """Take in a text so that it is answered once, whatever breaks after this returns.

        Raises:
            SpoolAway: neither database nor spool can be written; the carrier has to try again.
        """
        if not is_e164(arrival.number):
            _log.info("inbound.unanswerable", carrier_id=arrival.external_id)
            metrics.RECEIVED.labels(receipt=Receipt.UNANSWERABLE).inc()
            return Receipt.UNANSWERABLE
        if self._seen.is_done(arrival.external_id):
            _log.info("inbound.duplicate", carrier_id=arrival.external_id)
            metrics.RECEIVED.labels(receipt=Receipt.DUPLICATE).inc()
            return Receipt.DUPLICATE
        taken = self._prepare(arrival)
        receipt = self._store_or_spool(taken)
        if receipt is not Receipt.SPOOLED:
            self._seen.done(arrival.external_id)
        metrics.RECEIVED.labels(receipt=receipt).inc()
        _log.info(
            f"inbound.{receipt}",
            carrier_id=taken.external_id,
            turn=taken.message_id,
            conversation=self._contacts.conversation_id(taken.number),
            kind=taken.kind,
            placeholders=len(taken.values),
        )
        return receipt

    def replay(self, record: Record) -> None:
        """Store a record from the spool.

        Raises:
            DatabaseAway: not yet.
        """
        self._store(Taken.from_record(record))

    def _prepare(self, arrival: Arrival) -> Taken:
        body = clean(arrival.body)
        kind = _kind(arrival, body)
        # A contact card is somebody else's name and number: nothing of it is kept.
        masked = mask("" if kind is Kind.MEDIA else body[:MAX_CHARACTERS])
        values = dict(masked.values) if kind is Kind.TEXT else {}
        if kind is Kind.JOIN:
            values = {_CODE: links.read_code(body) or ""}
        return Taken(
            message_id=log.new_id(),
            external_id=arrival.external_id,
            number=arrival.number,
            kind=kind,
            text="CHAT" if kind is Kind.JOIN else masked.text,
            values=values,
            is_answered=arrival.carrier_keyword is not None,
            received_at=self._clock.now(),
        )

    def _store_or_spool(self, taken: Taken) -> Receipt:
        # While older ones wait in the spool, a newer one must not overtake them.
        if self._spool.is_empty():
            try:
                return self._store(taken)
            except DatabaseAway as exc:
                _log.error("inbound.database_away", cause=str(exc))
        self._spool.put(taken.to_record(), key=taken.external_id)
        return Receipt.SPOOLED

    def _store(self, taken: Taken) -> Receipt:
        phone_id = self._contacts.conversation_id(taken.number)
        with self._database.transaction() as connection:
            if not claims.claim(connection, taken.external_id, now=taken.received_at):
                return Receipt.DUPLICATE
            conversations.ensure(
                connection,
                phone_id,
                channel=SMS,
                sealed_number=self._contacts.seal(taken.number),
                now=taken.received_at,
            )
            conversation_id, chat_id = self._append(connection, phone_id, taken)
        if not taken.is_answered:
            self._wakeups.turn(conversation_id)
        if chat_id is not None:
            self._news(chat_id)
        return Receipt.TAKEN

    def _append(
        self, connection: Connection, phone_id: str, taken: Taken
    ) -> tuple[str, str | None]:
        """Store a text where it belongs; return that conversation, and a web chat with news."""
        now = self._clock.now()
        kind, is_answered = _note_consent(connection, phone_id, taken, now=now)
        conversation_id, chat_id = phone_id, None
        if kind is Kind.STOP:
            chat_id = links.leave(connection, phone_id, now=now)
        elif kind is Kind.JOIN:
            chat_id = self._join(connection, phone_id, taken, now=now)
            kind = Kind.NOT_JOINED if chat_id is None else Kind.JOINED
        elif kind is Kind.TEXT:
            chat_id = links.joined(connection, phone_id, now=now)
            if chat_id is not None and links.is_back(taken.text):
                kind = Kind.LEFT
                links.part(connection, chat_id, now=now)
            elif chat_id is not None:
                conversation_id = chat_id
        log.append(
            connection,
            conversation_id,
            message_id=taken.message_id,
            author=messages.PERSON,
            kind=kind,
            text=taken.text,
            state=messages.DONE if is_answered else messages.WAITING,
            sealed_values=None if is_answered else self._seal_values(taken),
            now=taken.received_at,
        )
        if conversation_id == chat_id:
            shows.keep_way(connection, taken.message_id)
        if not is_answered:
            conversations.note_work(connection, conversation_id, now=now)
        return conversation_id, chat_id

    def _join(
        self, connection: Connection, phone_id: str, taken: Taken, *, now: datetime
    ) -> str | None:
        if opt_outs.stands(connection, phone_id):
            return None  # nothing could be answered
        return links.join(
            connection,
            taken.values[_CODE],
            key=self._link_key,
            phone_id=phone_id,
            number=taken.number,
            seal=lambda chat_id: self._contacts.seal_to(taken.number, chat_id),
            now=now,
        )

    def _seal_values(self, taken: Taken) -> bytes | None:
        if not taken.values or taken.kind is Kind.JOIN:
            return None
        return self._sealer.seal(json.dumps(dict(taken.values)), place=taken.message_id)


def open_values(sealer: Sealer, message_id: str, sealed: bytes | None) -> Mapping[str, str]:
    """Return the values behind the placeholders of a message.

    Raises:
        SealBroken: they do not open.
    """
    if sealed is None:
        return {}
    values: dict[str, str] = json.loads(sealer.open(sealed, place=message_id))
    return values


def _kind(arrival: Arrival, body: str) -> Kind:
    if arrival.carrier_keyword is not None:
        return Kind(arrival.carrier_keyword)
    if arrival.is_unread:
        return Kind.UNREAD
    if not body:
        return Kind.MEDIA if arrival.media_count else Kind.EMPTY
    if len(body) > MAX_CHARACTERS:
        return Kind.TOO_LONG
    if links.read_code(body) is not None:
        return Kind.JOIN
    keyword = keywords.read(body, is_opted_out=False)
    return kinds.of_words(body) if keyword is None else Kind(keyword)


def _note_consent(
    connection: Connection, conversation_id: str, taken: Taken, *, now: datetime
) -> tuple[Kind, bool]:
    """Record STOP and START at once, in the message's own transaction.

    Returns the final kind, and whether everything that is to be answered has been: the carrier did
    so by itself, or STOP came again, which is met with silence.
    """
    kind = taken.kind
    if kind is Kind.TEXT and keywords.read(taken.text, is_opted_out=True) is Keyword.START:
        # A bare "yes": consent from someone who had stopped, an answer from everybody else.
        kind = Kind.START if opt_outs.stands(connection, conversation_id) else Kind.TEXT
    if kind is Kind.STOP:
        is_new = opt_outs.add(connection, conversation_id, source=opt_outs.KEYWORD, now=now)
        return kind, taken.is_answered or not is_new
    if kind is Kind.START:
        opt_outs.remove(connection, conversation_id)
    return kind, taken.is_answered


def keyword_from_carrier(opt_out_type: str | None) -> Keyword | None:
    """Read Twilio's `OptOutType`; an unknown one is none."""
    try:
        return Keyword((opt_out_type or "").lower())
    except ValueError:
        return None
