"""Backlog, dead letters and the like, counted from time to time for Prometheus."""

from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.sql import ColumnElement

from messaging import metrics
from messaging.dead_letters import MESSAGE, TEXT
from messaging.spool import Spool
from messaging.store import handoffs, marks, messages, outbox
from messaging.store.database import Database
from messaging.store.schema import messages as message_rows
from messaging.store.schema import outbox as outbox_rows
from wire.clock import Clock

_m, _o = message_rows.c, outbox_rows.c


def read(database: Database, spool: Spool, clock: Clock) -> None:
    """Count everything and set the gauges.

    Raises:
        DatabaseAway: they stand as they were.
    """
    now = clock.now()
    with database.reading() as connection:
        _waiting(connection, "turns", _m.created_at, _m.state == messages.WAITING, now)
        _waiting(connection, "texts", _o.created_at, _o.state == outbox.CREATED, now)
        for what, table, condition in (
            (TEXT, outbox_rows, _o.dead.is_(True)),
            (MESSAGE, message_rows, _m.state == messages.DEAD),
        ):
            count = select(func.count()).select_from(table).where(condition)
            metrics.DEAD.labels(what=what).set(connection.execute(count).scalar_one())
        for reason, wanted in handoffs.waiting_by_reason(connection).items():
            metrics.PEOPLE_WANTED.labels(reason=reason).set(wanted)
        is_off = marks.get(connection, marks.SENDING_OFF) is not None
    metrics.SENDING_OFF.set(is_off)
    metrics.SPOOLED.labels(state="waiting").set(spool.count())
    metrics.SPOOLED.labels(state="set_aside").set(spool.count_set_aside())


def _waiting(
    connection: Connection,
    what: str,
    at: ColumnElement[datetime],
    condition: ColumnElement[bool],
    now: datetime,
) -> None:
    count, oldest = connection.execute(select(func.count(), func.min(at)).where(condition)).one()
    metrics.WAITING.labels(what=what).set(count)
    seconds = 0.0 if oldest is None else (now - oldest).total_seconds()
    metrics.OLDEST.labels(what=what).set(max(0.0, seconds))
