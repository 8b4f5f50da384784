"""Numbers that want no texts, by the keyed hash that is their conversation's id."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select

from messaging.store.once import insert_once
from messaging.store.schema import opt_outs

KEYWORD: Final = "keyword"
CARRIER: Final = "carrier"

_o = opt_outs.c


def add(connection: Connection, conversation_id: str, *, source: str, now: datetime) -> bool:
    """Record the opt-out; False: it was recorded before."""
    return insert_once(
        connection,
        opt_outs,
        {"conversation_id": conversation_id, "source": source, "opted_out_at": now},
    )


def remove(connection: Connection, conversation_id: str) -> bool:
    """Take the opt-out back; False: there was none."""
    statement = delete(opt_outs).where(_o.conversation_id == conversation_id)
    return connection.execute(statement).rowcount == 1


def stands(connection: Connection, conversation_id: str) -> bool:
    """Tell whether the person wants no texts."""
    statement = select(_o.conversation_id).where(_o.conversation_id == conversation_id)
    return connection.execute(statement).one_or_none() is not None
