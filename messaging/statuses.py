"""News from the carrier about a text."""

from dataclasses import asdict, dataclass
from typing import Final

import structlog

from messaging import carrier_codes, metrics, unsendable
from messaging.errors import DatabaseAway
from messaging.spool import Record, Spool, fields_of
from messaging.store import opt_outs, outbox
from messaging.store.database import Database
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

    def __init__(self, *, database: Database, spool: Spool, clock: Clock) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
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
            is_news = outbox.report(
                connection,
                news.text_id,
                state,
                carrier_id=news.carrier_id,
                reason=str(verdict.reason) if is_bad else None,
                error_code=news.error_code if is_bad else None,
                now=now,
            )
            if is_news and news.error_code == carrier_codes.OPTED_OUT_CODE:
                opt_outs.add(connection, text.conversation_id, source=opt_outs.CARRIER, now=now)
            elif is_news and is_bad:
                unsendable.tell(connection, text, now=now)
        metrics.NEWS.labels(state=state, news=str(is_news).lower()).inc()
        if text.accepted_at is not None:
            metrics.NEWS_LAG.observe((now - text.accepted_at).total_seconds())
        _log.info(
            "status.taken" if is_news else "status.old",
            text=news.text_id,
            conversation=text.conversation_id,
            state=state,
            error_code=news.error_code,
        )
        if is_news and is_bad and verdict.is_ours:
            _log.error("status.our_fault", text=news.text_id, error_code=news.error_code)
