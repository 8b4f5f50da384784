"""Counting that cannot be raced: hold the guard's row, then count, decide and record."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.store.tables import Guard, Tally


def hold(session: Session, keys: Iterable[str], now: datetime) -> dict[str, Guard]:
    """Hold the guards of these keys until the transaction ends, making those that are new.

    The rows are taken in the order of their keys, so that two transactions never wait for each
    other; for the same reason a later call in one transaction may only name later keys.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    held: dict[str, Guard] = {}
    for key in sorted(set(keys)):
        statement = insert(Guard).values(key=key, touched_at=now, in_a_row=0)
        held[key] = session.scalars(
            statement.on_conflict_do_update(
                index_elements=[Guard.key], set_={"touched_at": now}
            ).returning(Guard),
            execution_options={"populate_existing": True},
        ).one()
    return held


def record(session: Session, key: str, now: datetime) -> None:
    """Note one event of this key."""
    session.add(Tally(key=key, at=now))


def count(session: Session, key: str, *, window: timedelta, now: datetime) -> int:
    """Return how many events of a key are younger than the window."""
    statement = select(func.count()).where(Tally.key == key, Tally.at > now - window)
    return session.scalars(statement).one()


def free_again(
    session: Session, key: str, *, limit: int, window: timedelta, now: datetime
) -> datetime | None:
    """Return when there will be fewer than `limit` events in the window; None: there are now."""
    statement = (
        select(Tally.at)
        .where(Tally.key == key, Tally.at > now - window)
        .order_by(Tally.at.desc())
        .offset(limit - 1)
        .limit(1)
    )
    decisive = session.scalars(statement).one_or_none()
    return None if decisive is None else decisive + window


def latest(session: Session, key: str) -> datetime | None:
    """Return when the last event of a key was."""
    return session.scalars(select(func.max(Tally.at)).where(Tally.key == key)).one()
