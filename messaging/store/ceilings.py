"""Counters with a window: how much was used since the window began."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from messaging.store.schema import ceilings

_c = ceilings.c


def use(
    connection: Connection, name: str, *, cost: int, window: timedelta, now: datetime
) -> tuple[int, datetime]:
    """Count, and return what the window holds now and when it began; one statement, so no race.

    A transaction that is taken back takes its use back too.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    is_over = _c.began_at <= now - window
    statement = (
        insert(ceilings)
        .values(name=name, began_at=now, used=cost)
        .on_conflict_do_update(
            index_elements=[_c.name],
            set_={
                "used": case((is_over, cost), else_=_c.used + cost),
                "began_at": case((is_over, now), else_=_c.began_at),
            },
        )
        .returning(_c.used, _c.began_at)
    )
    row = connection.execute(statement).one()
    return int(row.used), row.began_at


def used(connection: Connection, name: str, *, window: timedelta, now: datetime) -> int:
    """Return what the window holds now."""
    statement = select(_c.used).where(_c.name == name, _c.began_at > now - window)
    return int(connection.execute(statement).scalar_one_or_none() or 0)


def forget_of(connection: Connection, number_id: str) -> None:
    """Remove the counters that name this number."""
    connection.execute(delete(ceilings).where(_c.name.contains(number_id, autoescape=True)))


def forget(connection: Connection, *, before: datetime) -> int:
    """Remove counters whose window began before this; return how many."""
    return connection.execute(delete(ceilings).where(_c.began_at < before)).rowcount
