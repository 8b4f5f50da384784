"""Who was here before: carrier ids of inbound texts, each taken once and for all."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from messaging.store.once import insert_once
from messaging.store.schema import claims


def claim(connection: Connection, external_id: str, *, now: datetime) -> bool:
    """Take the id; False: it was taken before."""
    return insert_once(connection, claims, {"external_id": external_id, "claimed_at": now})


def is_claimed(connection: Connection, external_id: str) -> bool:
    """Tell whether the id was taken."""
    statement = select(claims.c.external_id).where(claims.c.external_id == external_id)
    return connection.execute(statement).one_or_none() is not None


def forget(connection: Connection, *, before: datetime) -> int:
    """Remove claims older than this; return how many."""
    return connection.execute(delete(claims).where(claims.c.claimed_at < before)).rowcount
