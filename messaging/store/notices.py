"""Service notices: what is said to everybody while it stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from messaging.store import messages
from messaging.store.schema import messages as message_rows
from messaging.store.schema import notices

_n = notices.c
_m = message_rows.c


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice that stands."""

    notice_id: str
    text: str
    set_at: datetime


def current(connection: Connection) -> Notice | None:
    """Return the notice that stands; None: there is none."""
    row = connection.execute(
        select(_n.notice_id, _n.text, _n.set_at)
        .where(_n.lifted_at.is_(None))
        .order_by(_n.set_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Notice(**row._asdict())


def put_up(connection: Connection, notice: Notice) -> None:
    """Set a notice in the place of the one that stands."""
    lift(connection, now=notice.set_at)
    connection.execute(
        insert(notices).values(
            notice_id=notice.notice_id, text=notice.text, set_at=notice.set_at, lifted_at=None
        )
    )


def lift(connection: Connection, *, now: datetime) -> bool:
    """Lift what stands; False: there was nothing."""
    lifted = update(notices).where(_n.lifted_at.is_(None)).values(lifted_at=now)
    return connection.execute(lifted).rowcount > 0


def was_told(
    connection: Connection, notice: Notice, conversation_id: str, *, since: datetime
) -> bool:
    """Tell whether a conversation has had the notice since then."""
    found = connection.execute(
        select(_m.message_id)
        .where(
            _m.conversation_id == conversation_id,
            _m.author == messages.SERVICE,
            _m.text == notice.text,
            _m.created_at >= max(since, notice.set_at),
        )
        .limit(1)
    )
    return found.first() is not None
