"""Points in time by name: since when sending is off, up to when the carrier's list was read."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select

from messaging.store.once import insert_once, put
from messaging.store.schema import marks

SENDING_OFF: Final = "sending_off"
RECONCILED: Final = "reconciled"
RECONCILED_FROM: Final = "reconciled_from"
"""The first look of all: nothing older is ours."""

_m = marks.c


def get(connection: Connection, name: str) -> datetime | None:
    """Return the point in time; None: there is none."""
    statement = select(_m.at).where(_m.name == name)
    return connection.execute(statement).scalar_one_or_none()


def keep(connection: Connection, name: str, at: datetime) -> None:
    """Set the point in time, whatever it was."""
    put(connection, marks, {"name": name, "at": at})


def keep_first(connection: Connection, name: str, at: datetime) -> bool:
    """Set the point in time unless there is one; False: there was."""
    return insert_once(connection, marks, {"name": name, "at": at})


def drop(connection: Connection, name: str) -> bool:
    """Remove the point in time; False: there was none."""
    return connection.execute(delete(marks).where(_m.name == name)).rowcount == 1
