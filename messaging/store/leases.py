"""Which worker is alive, and which one of them runs the ticker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from messaging.store.once import insert_once, put
from messaging.store.schema import leases, workers


@dataclass(frozen=True, kw_only=True)
class Beat:
    """The last sign of life of a worker."""

    worker_id: str
    beat_at: datetime
    rasa_ready: bool


def beat(connection: Connection, sign: Beat) -> None:
    """Leave a sign of life."""
    values: dict[str, Any] = {
        "worker_id": sign.worker_id,
        "beat_at": sign.beat_at,
        "rasa_ready": sign.rasa_ready,
    }
    put(connection, workers, values)


def alive(connection: Connection, *, since: datetime) -> list[Beat]:
    """Return the workers that were alive since then."""
    rows = connection.execute(select(workers).where(workers.c.beat_at >= since))
    return [Beat(**row._asdict()) for row in rows]


def bury(connection: Connection, *, before: datetime) -> None:
    """Forget workers silent since before this time."""
    connection.execute(delete(workers).where(workers.c.beat_at < before))


def leave(connection: Connection, worker_id: str) -> None:
    """Forget this worker and what it holds: it is stopping."""
    connection.execute(delete(workers).where(workers.c.worker_id == worker_id))
    connection.execute(delete(leases).where(leases.c.holder == worker_id))


def hold(connection: Connection, name: str, holder: str, *, now: datetime, until: datetime) -> bool:
    """Take or prolong a named lease; False: somebody else has it."""
    row = {"name": name, "holder": holder, "held_until": until}
    if insert_once(connection, leases, row):
        return True
    statement = (
        update(leases)
        .where(
            leases.c.name == name,
            or_(leases.c.holder == holder, leases.c.held_until <= now),
        )
        .values(holder=holder, held_until=until)
    )
    return connection.execute(statement).rowcount == 1
