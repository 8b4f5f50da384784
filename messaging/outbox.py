"""Sending what is in the outbox: codes first, a conversation's texts in order, each once.

Before a try its start is committed, after it its result. A try without a result (time-out, a worker
killed) is ambiguous: the carrier's own list is looked through before the text is sent again.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import Connection

from clients.delivery import DeliveryReason as Reason
from clients.errors import ClientError, Nonsense, Unreachable
from clients.sealing import SealBroken, Sealer
from clients.twilio import CarrierAway, CarrierBusy, CarrierRefused, SentText
from messaging import carrier_codes, limits, metrics, refusing, unsendable
from messaging.contacts import Contacts
from messaging.limits import Limits
from messaging.replies import CONFIRMATION
from messaging.store import conversations, opt_outs, outbox
from messaging.store.database import Database
from messaging.store.outbox import Text
from wire.clock import Clock

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 30.0
LOOK_UP_AFTER_S = 3.0
"""The carrier's list may show a text a little after it was taken."""
CLOCK_TOLERANCE = timedelta(minutes=10)
"""How far the carrier's clock may be behind ours; what is known to be another text is left out."""
BURST = timedelta(seconds=2)
"""A sender that was quiet may send as much at once as it may in this time."""
MAX_VALIDITY_S = 36_000

_log = structlog.get_logger(__name__)


class Carrier(Protocol):
    """What is asked of `clients.twilio.Twilio`."""

    def send(
        self, *, to: str, sender: str, body: str, status_callback: str, validity_s: int
    ) -> str:
        """Hand over a text and return the carrier's id."""

    def find_sent(self, *, to: str, body: str, segments: int, since: datetime) -> list[SentText]:
        """Return the carrier's own record of such texts."""


def some_jitter() -> float:
    """Return a factor between 0.9 and 1.1."""
    return 0.9 + secrets.randbelow(2001) / 10_000


@dataclass(frozen=True, kw_only=True)
class Try:
    """A text that is being tried; its start is committed."""

    text: Text
    number: str
    body: str
    is_ambiguous: bool
    """An earlier try has no known result."""


class Outbox:
    """Sends what is due; safe to share between threads and to run in many processes."""

    def __init__(
        self,
        *,
        database: Database,
        carrier: Carrier,
        contacts: Contacts,
        seal_key: bytes,
        callback_url: str,
        segments_per_s: float,
        lease: timedelta,
        limits: Limits,
        clock: Clock,
        jitter: Callable[[], float] = some_jitter,
    ) -> None:
        """Take everything it needs; `callback_url` gets the text's id as its query."""
        self._database = database
        self._carrier = carrier
        self._contacts = contacts
        self._sealer = Sealer(seal_key)
        self._callback_url = callback_url
        self._segment_cost = timedelta(seconds=1 / segments_per_s)
        self._lease = lease
        self._limits = limits
        self._clock = clock
        self._jitter = jitter

    def send_due(self, conversation_id: str | None = None, first: Try | None = None) -> int:
        """Send whatever is due, of one conversation or of all, and return how many were tried.

        `first` has been begun already.

        Raises:
            DatabaseAway: nothing can be sent just now.
        """
        tried = 0
        attempt = first or self._begin(conversation_id)
        while attempt is not None:
            tried += 1
            self._carry_out(attempt)
            attempt = self._begin(conversation_id)
        return tried

    def _begin(self, conversation_id: str | None) -> Try | None:
        """Take the next text and commit that it is being tried."""
        with self._database.transaction() as connection:
            return self.begin(connection, conversation_id)

    def begin(self, connection: Connection, conversation_id: str | None) -> Try | None:
        """Take the next text; once the transaction is committed, it has to be handed to `send_due`.

        In the transaction that stores the replies of a turn it saves a commit a turn.
        """
        while True:
            now = self._clock.now()
            if not limits.may_send(connection, self._limits, now=now):
                return None
            waiting = outbox.next_due(connection, now=now, conversation_id=conversation_id)
            if waiting is None:
                return None
            text = outbox.begin_try(connection, waiting, now=now, until=now + self._lease)
            if text is None:
                continue
            conversation = conversations.get(connection, text.conversation_id)
            assert conversation is not None
            if conversation.sealed_number is None:
                # A phone that has left the web chat: nobody is there to be texted.
                self._give_up(connection, text, Reason.OPTED_OUT, None, now)
                continue
            if self._is_void(connection, text, now):
                continue
            outbox.use_allowance(
                connection,
                text.sender,
                cost=self._segment_cost * text.segments,
                burst=BURST,
                now=now,
            )
            limits.charge_sent(connection, self._limits, segments=text.segments, now=now)
            assert text.sealed_body is not None
            try:
                return Try(
                    text=text,
                    number=self._contacts.open(conversation.sealed_number, text.conversation_id),
                    body=self._sealer.open(text.sealed_body, place=text.text_id),
                    is_ambiguous=text.tried_at is not None,
                )
            except SealBroken:
                # One text that nobody can read must not stand in the way of all others.
                _log.error("text.seal_broken", text=text.text_id)
                self._give_up(connection, text, Reason.UNKNOWN, None, now)

    def _is_void(self, connection: Connection, text: Text, now: datetime) -> bool:
        """Close a text that may not or need not be sent any more."""
        if text.tried_at is not None:
            return False  # it may have been sent: find out first
        if text.expires_at <= now:
            self._give_up(connection, text, Reason.EXPIRED, None, now)
            return True
        if text.purpose != CONFIRMATION and opt_outs.stands(connection, text.conversation_id):
            self._give_up(connection, text, Reason.OPTED_OUT, None, now)
            return True
        if text.is_sent_again and outbox.is_overtaken(connection, text):
            # An old answer after a newer one would only confuse.
            reason = carrier_codes.judge(text.error_code).reason
            self._give_up(connection, text, reason, text.error_code, now)
            return True
        return False

    def _carry_out(self, attempt: Try) -> None:
        with structlog.contextvars.bound_contextvars(
            text=attempt.text.text_id,
            conversation=attempt.text.conversation_id,
            turn=attempt.text.turn_id,
        ):
            try:
                if attempt.is_ambiguous and self._is_settled(attempt):
                    return
                self._send(attempt)
            except CarrierRefused as exc:
                self._refused(attempt, exc)
            except CarrierBusy as exc:
                if carrier_codes.judge(exc.code).is_ours:
                    _log.error("text.our_fault", error_code=exc.code, status=exc.status)
                self._again(attempt, exc, is_ambiguous=False)
            except CarrierAway as exc:
                self._again(attempt, exc, is_ambiguous=False)
            except (Unreachable, Nonsense) as exc:
                self._again(attempt, exc, is_ambiguous=True)

    def _send(self, attempt: Try) -> None:
        left = (attempt.text.expires_at - self._clock.now()).total_seconds()
        if left < 1:
            with self._database.transaction() as connection:
                self._give_up(connection, attempt.text, Reason.EXPIRED, None, self._clock.now())
            return
        carrier_id = self._carrier.send(
            to=attempt.number,
            sender=attempt.text.sender,
            body=attempt.body,
            status_callback=f"{self._callback_url}?text={attempt.text.text_id}",
            validity_s=min(int(left), MAX_VALIDITY_S),
        )
        self._accepted(attempt.text, carrier_id)

    def _is_settled(self, attempt: Try) -> bool:
        """Look an ambiguous try up; where it did arrive, note that and return True.

        Raises:
            ClientError: nothing is known; the text stays ambiguous.
        """
        assert attempt.text.tried_at is not None
        try:
            found = self._carrier.find_sent(
                to=attempt.number,
                body=attempt.body,
                segments=attempt.text.segments,
                since=attempt.text.tried_at - CLOCK_TOLERANCE,
            )
        except ClientError as exc:
            raise Unreachable(exc.neighbour, "look-up failed") from exc
        with self._database.transaction() as connection:
            known = outbox.known_carrier_ids(connection, [text.carrier_id for text in found])
        ours = [text for text in found if text.carrier_id not in known]
        _log.info("text.looked_up", was_sent=bool(ours))
        if ours:
            self._accepted(attempt.text, ours[0].carrier_id)
            return True
        now = self._clock.now()
        with self._database.transaction() as connection:
            is_still_ours = outbox.not_there(
                connection, attempt.text, tried_at=now, until=now + self._lease
            )
        # The look-up may have taken so long that somebody else does all this again.
        return not is_still_ours

    def _accepted(self, text: Text, carrier_id: str) -> None:
        # Not waiting for the disk: undone by a power cut, the try is ambiguous and is looked up.
        with self._database.transaction(durable=False) as connection:
            outbox.accepted(connection, text.text_id, carrier_id, now=self._clock.now())
        metrics.SENDS.labels(outcome="accepted").inc()
        metrics.SEGMENTS.labels(purpose=text.purpose, journey=text.journey or "none").inc(
            text.segments
        )
        _log.info("text.accepted", carrier_id=carrier_id, segments=text.segments, tries=text.tries)

    def _refused(self, attempt: Try, exc: CarrierRefused) -> None:
        verdict = carrier_codes.judge(exc.code)
        if verdict.is_ours:
            _log.error("text.our_fault", error_code=exc.code, status=exc.status)
        if verdict.may_retry:
            self._again(attempt, exc, is_ambiguous=False)
            return
        now = self._clock.now()
        with self._database.transaction() as connection:
            if exc.code == carrier_codes.OPTED_OUT_CODE:
                # The number's own id: the text may be one of a web chat that it had joined.
                phone_id = self._contacts.conversation_id(attempt.number)
                refusing.learn(connection, phone_id, now=now)
            self._give_up(connection, attempt.text, verdict.reason, exc.code, now)

    def _again(self, attempt: Try, exc: ClientError, *, is_ambiguous: bool) -> None:
        pause = min(FIRST_PAUSE_S * 2 ** min(attempt.text.tries - 1, 16), LONGEST_PAUSE_S)
        if is_ambiguous:
            pause = max(pause, LOOK_UP_AFTER_S)
        due_at = self._clock.now() + timedelta(seconds=pause * self._jitter())
        with self._database.transaction() as connection:
            outbox.try_again(connection, attempt.text, due_at=due_at, is_ambiguous=is_ambiguous)
        metrics.SENDS.labels(outcome="ambiguous" if is_ambiguous else "postponed").inc()
        _log.warning(
            "text.postponed",
            cause=str(exc),
            tries=attempt.text.tries,
            is_ambiguous=is_ambiguous,
        )

    @staticmethod
    def _give_up(
        connection: Connection, text: Text, reason: Reason, code: int | None, now: datetime
    ) -> None:
        # What an opted-out person does not get is no dead letter: it is as they wished.
        is_dead = reason is not Reason.OPTED_OUT
        if is_dead:
            unsendable.tell(connection, text, now=now)
        metrics.SENDS.labels(outcome=str(reason)).inc()
        outbox.give_up(connection, text, reason=reason, error_code=code, is_dead=is_dead, now=now)
        _log.warning("text.given_up", text=text.text_id, reason=str(reason), error_code=code)
