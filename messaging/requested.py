"""Texts that another service wants sent: security codes and notices of the hub."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from clients.sealing import Sealer
from messaging import limits, metrics, segments
from messaging.contacts import Contacts
from messaging.errors import TextRefused
from messaging.limits import Limits
from messaging.log import new_id
from messaging.numbers import check_mobile, is_drama, is_e164, national
from messaging.queue import Wakeups
from messaging.store import conversations, opt_outs, outbox
from messaging.store.database import Database
from messaging.store.outbox import Text
from messaging.texts import Texts
from wire.clock import Clock
from wire.names import SMS

SECURITY_CODE: Final = "security_code"
NOTICE: Final = "notice"
PURPOSES: Final = (SECURITY_CODE, NOTICE)

MAX_VALID_FOR = timedelta(hours=10)
"""Twilio: ValidityPeriod is at most 36,000 s."""
MAX_KEY_LENGTH = 150

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A text that is wanted."""

    idempotency_key: str
    to: str
    body: str
    purpose: str
    valid_for: timedelta


@dataclass(frozen=True, kw_only=True)
class Senders:
    """Which number sends what."""

    two_way: str
    codes: str
    answered_at: str | None = None
    """The number to text, where `two_way` is a Messaging Service."""

    def of(self, purpose: str) -> str:
        """Return the sender of texts of this purpose."""
        return self.codes if purpose == SECURITY_CODE else self.two_way

    def can_be_answered(self, purpose: str) -> bool:
        """Tell whether such a text comes from a number, and not from a name."""
        return self.of(purpose) == self.two_way or is_e164(self.of(purpose))


class RequestedTexts:
    """Takes in texts to be sent and tells what became of them."""

    def __init__(
        self,
        *,
        database: Database,
        contacts: Contacts,
        wakeups: Wakeups,
        senders: Senders,
        seal_key: bytes,
        regions: tuple[str, ...],
        allow_drama: bool,
        limits: Limits,
        texts: Texts,
        clock: Clock,
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._limits = limits
        self._texts = texts
        self._database = database
        self._contacts = contacts
        self._wakeups = wakeups
        self._senders = senders
        self._sealer = Sealer(seal_key)
        self._regions = regions
        self._allow_drama = allow_drama
        self._clock = clock

    def create(self, request: Request) -> Text:
        """Accept a text for sending; the same key again gives the same text.

        Raises:
            TextRefused: it is not one that we send.
            TooMany: it is over a ceiling.
            DatabaseAway: it is not accepted.
        """
        body = self._body(request)
        try:
            self._check(request, body)
        except TextRefused as exc:
            metrics.REFUSED.labels(reason=exc.reason).inc()
            raise
        conversation_id = self._contacts.conversation_id(request.to)
        key = f"requested/{request.idempotency_key}"
        with self._database.transaction() as connection:
            known = outbox.by_key(connection, key)
            if known is not None:
                return known
            limits.charge_request(
                connection,
                self._limits,
                number_id=conversation_id,
                # All of Ofcom's drama numbers are one block; they are taken beside the simulator.
                block_id=None if is_drama(request.to) else self._contacts.block_id(request.to),
                purpose=request.purpose,
                now=self._clock.now(),
            )
            text = self._add(connection, conversation_id, request, body, key)
        _log.info(
            "text.requested",
            text=text.text_id,
            conversation=conversation_id,
            purpose=text.purpose,
            segments=text.segments,
            state=text.state,
        )
        self._wakeups.texts(conversation_id)
        return text

    def find(self, text_id: str) -> Text | None:
        """Return a text; None: there is none.

        Raises:
            DatabaseAway: not to be read just now.
        """
        with self._database.reading() as connection:
            return outbox.get(connection, text_id)

    def _body(self, request: Request) -> str:
        """Return the body in plain characters; from a name it says where an answer goes."""
        body = segments.plain(request.body).strip()
        if self._senders.can_be_answered(request.purpose) or not body:
            return body
        # A code's last line is for the phone, which looks for it there.
        first, _, rest = body.partition("\n")
        where = self._texts.say("utter_edge_reply_elsewhere", channel=SMS, number=self._two_way)
        return "\n".join([f"{first} {where}", *([rest] if rest else [])])

    @property
    def _two_way(self) -> str:
        return national(self._senders.answered_at or self._senders.two_way)

    def _check(self, request: Request, body: str) -> None:
        if not 1 <= len(request.idempotency_key) <= MAX_KEY_LENGTH:
            raise TextRefused("Idempotency-Key", "missing_or_too_long")
        if request.purpose not in PURPOSES:
            raise TextRefused("purpose", "unknown")
        if not timedelta(seconds=1) <= request.valid_for <= MAX_VALID_FOR:
            raise TextRefused("valid_for_s", "out_of_range")
        if not body:
            raise TextRefused("body", "empty")
        if segments.measure(body).segments > segments.MAX_SEGMENTS:
            raise TextRefused("body", "too_long")
        check_mobile(request.to, regions=self._regions, allow_drama=self._allow_drama)

    def _add(
        self,
        connection: Connection,
        conversation_id: str,
        request: Request,
        body: str,
        key: str,
    ) -> Text:
        now = self._clock.now()
        conversations.ensure(
            connection,
            conversation_id,
            channel=SMS,
            sealed_number=self._contacts.seal(request.to),
            now=now,
        )
        seq = conversations.next_seq(connection, conversation_id, now=now)
        is_opted_out = opt_outs.stands(connection, conversation_id)
        text_id = new_id()
        is_code = request.purpose == SECURITY_CODE
        text = Text(
            text_id=text_id,
            conversation_id=conversation_id,
            seq=seq,
            purpose=request.purpose,
            priority=outbox.CODES_FIRST if is_code else outbox.IN_TURN,
            sender=self._senders.of(request.purpose),
            idempotency_key=key,
            sealed_body=None if is_opted_out else self._sealer.seal(body, place=text_id),
            segments=segments.measure(body).segments,
            journey=conversations.journey(connection, conversation_id),
            state=outbox.FAILED if is_opted_out else outbox.CREATED,
            reason="opted_out" if is_opted_out else None,
            created_at=now,
            expires_at=now + request.valid_for,
            due_at=now,
            tries=0,
            tried_at=None,
        )
        if not outbox.add(connection, text):
            # Two requests with one key at the same moment: the other was first.
            other = outbox.by_key(connection, key)
            assert other is not None
            return other
        return text
