"""News from the carrier about a text."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection

from messaging import carrier_codes, metrics, refusing, unsendable
from messaging.carrier_codes import Verdict
from messaging.contacts import Contacts
from messaging.errors import DatabaseAway
from messaging.spool import Record, Spool, fields_of
from messaging.store import conversations, outbox
from messaging.store.database import Database
from messaging.store.outbox import Text
from wire.clock import Clock

STATUS_RECORD: Final = "status"

STATES: Final = {
    "accepted": outbox.ACCEPTED,
    "scheduled": outbox.ACCEPTED,
    "queued": outbox.ACCEPTED,
    "sending": outbox.ACCEPTED,
    "sent": outbox.SENT,
    "delivered": outbox.DELIVERED,
    "read": outbox.DELIVERED,
    "partially_delivered": outbox.UNDELIVERED,
    "undelivered": outbox.UNDELIVERED,
    "failed": outbox.FAILED,
    "canceled": outbox.FAILED,
}
"""The carrier's word to ours."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class News:
    """One status callback."""

    text_id: str
    carrier_id: str
    status: str
    error_code: int | None


class Statuses:
    """Takes in status callbacks; safe to share between threads."""

    def __init__(
        self, *, database: Database, spool: Spool, contacts: Contacts, clock: Clock
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._contacts = contacts
        self._spool = spool
        self._clock = clock

    def receive(self, news: News) -> None:
        """Take in news; late, repeated and unknown ones change nothing.

        Raises:
            SpoolAway: neither database nor spool can be written.
        """
        try:
            self._store(news)
        except DatabaseAway:
            record = {"record": STATUS_RECORD, **asdict(news)}
            self._spool.put(record, key=f"{news.text_id} {news.carrier_id} {news.status}")

    def replay(self, record: Record) -> None:
        """Store a record from the spool.

        Raises:
            DatabaseAway: not yet.
        """
        self._store(News(**fields_of(News, record)))

    def _store(self, news: News) -> None:
        state = STATES.get(news.status)
        if state is None:
            _log.warning("status.unknown_word", text=news.text_id)
            return
        verdict = carrier_codes.judge(news.error_code)
        now = self._clock.now()
        is_bad = state in (outbox.UNDELIVERED, outbox.FAILED)
        with self._database.transaction() as connection:
            text = outbox.get(connection, news.text_id)
            if text is None:
                _log.warning("status.of_no_text", carrier_id=news.carrier_id)
                return
            is_again = is_bad and self._send_again(connection, news, verdict, now=now)
            is_news = is_again or outbox.report(
                connection,
                news.text_id,
                state,
                carrier_id=news.carrier_id,
                reason=str(verdict.reason) if is_bad else None,
                error_code=news.error_code if is_bad else None,
                now=now,
            )
            if is_news and news.error_code == carrier_codes.OPTED_OUT_CODE:
                self._learn_opt_out(connection, text, now=now)
            elif is_news and is_bad and not is_again:
                unsendable.tell(connection, text, now=now)
        metrics.NEWS.labels(state=state, news=str(is_news).lower()).inc()
        if text.accepted_at is not None:
            metrics.NEWS_LAG.observe((now - text.accepted_at).total_seconds())
        _log.info(
            "status.taken" if is_news else "status.old",
            text=news.text_id,
            conversation=text.conversation_id,
            turn=text.turn_id,
            state=state,
            error_code=news.error_code,
            is_sent_again=is_again,
        )
        if is_news and is_bad and verdict.is_ours:
            _log.error("status.our_fault", text=news.text_id, error_code=news.error_code)

    @staticmethod
    def _send_again(connection: Connection, news: News, verdict: Verdict, *, now: datetime) -> bool:
        if verdict.again_after is None or news.error_code is None:
            return False
        return outbox.send_again(
            connection,
            news.text_id,
            news.carrier_id,
            error_code=news.error_code,
            due_at=now + verdict.again_after,
        )

    def _learn_opt_out(self, connection: Connection, text: Text, *, now: datetime) -> None:
        """Note it of the number's own id: the text may be one of a web chat that it had joined."""
        conversation = conversations.get(connection, text.conversation_id)
        if conversation is None or conversation.sealed_number is None:
            _log.warning("status.opt_out_of_nobody", text=text.text_id)
            return
        number = self._contacts.open(conversation.sealed_number, text.conversation_id)
        refusing.learn(connection, self._contacts.conversation_id(number), now=now)
