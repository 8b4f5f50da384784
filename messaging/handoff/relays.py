"""What is on its way to the helpdesk, and what came from it: each thing once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, exists, func, or_, select, update

from clients.sealing import Sealer
from messaging.handoff.schema import cases, helpdesk_cursors, relays
from messaging.log import new_id
from messaging.store.once import insert_once, put

OUT: Final = "out"
IN: Final = "in"

OPEN: Final = "open"
PARENT: Final = "parent"
"""A message of the parent."""
NOTE: Final = "note"
"""A fact for the person: never to the parent."""
CLOSE: Final = "close"

WAITING: Final = "waiting"
DONE: Final = "done"
REFUSED: Final = "refused"
"""The helpdesk said no for good; people are told by the log and a metric."""

_r = relays.c
_earlier = relays.alias("earlier")


@dataclass(frozen=True, kw_only=True)
class Relay:
    """One row as it stood when it was read."""

    relay_id: str
    case_id: str | None
    adapter: str
    direction: str
    remote_id: str | None
    cause: str
    kind: str
    sealed_body: bytes | None
    state: str
    seq: int
    created_at: datetime
    due_at: datetime
    tries: int

    def body(self, sealer: Sealer) -> dict[str, Any]:
        """Return what it carries.

        Raises:
            SealBroken: it does not open.
        """
        if self.sealed_body is None:
            return {}
        opened: dict[str, Any] = json.loads(sealer.open(self.sealed_body, place=self.relay_id))
        return opened


@dataclass(frozen=True, kw_only=True)
class Words:
    """A message of the parent on its way to the helpdesk."""

    seq: int
    """Each case's messages go out in this order."""
    remote_id: str | None
    done_at: datetime | None
    """When the helpdesk had taken it; None: it has not, as far as we know."""


def add(
    connection: Connection,
    sealer: Sealer,
    *,
    case_id: str | None,
    adapter: str,
    direction: str,
    cause: str,
    kind: str,
    body: Mapping[str, Any],
    now: datetime,
    remote_id: str | None = None,
    state: str = WAITING,
) -> bool:
    """Append a row; False: its cause, or the helpdesk's id, is there already."""
    relay_id = new_id()
    last = select(func.coalesce(func.max(_r.seq), 0)).where(_r.direction == direction)
    seq = int(connection.execute(last).scalar_one()) + 1
    values = {
        "relay_id": relay_id,
        "case_id": case_id,
        "adapter": adapter,
        "direction": direction,
        "remote_id": remote_id,
        "cause": cause,
        "kind": kind,
        "sealed_body": sealer.seal(json.dumps(dict(body)), place=relay_id),
        "state": state,
        "seq": seq,
        "created_at": now,
        "due_at": now,
        "tries": 0,
    }
    return insert_once(connection, relays, values)


def take_out(connection: Connection, *, now: datetime, until: datetime) -> Relay | None:
    """Take what is to go to the helpdesk next; a case's rows go in order."""
    in_order = ~exists().where(
        _earlier.c.case_id == _r.case_id,
        _earlier.c.direction == OUT,
        _earlier.c.state == WAITING,
        _earlier.c.seq < _r.seq,
    )
    row = connection.execute(
        select(*_fields())
        .where(
            _r.direction == OUT,
            _r.state == WAITING,
            _r.due_at <= now,
            or_(_r.lease_until.is_(None), _r.lease_until <= now),
            in_order,
        )
        .order_by(_r.due_at, _r.seq)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    relay = Relay(**row._asdict())
    taken = connection.execute(
        update(relays)
        .where(
            _r.relay_id == relay.relay_id,
            _r.tries == relay.tries,
            or_(_r.lease_until.is_(None), _r.lease_until <= now),
        )
        .values(lease_until=until, tries=_r.tries + 1)
    )
    return relay if taken.rowcount == 1 else None


def waiting_in(connection: Connection, *, now: datetime, limit: int) -> list[Relay]:
    """Return what came from the helpdesk and has not been dealt with, in order."""
    rows = connection.execute(
        select(*_fields())
        .where(_r.direction == IN, _r.state == WAITING, _r.due_at <= now)
        .order_by(_r.created_at, _r.seq)
        .limit(limit)
    )
    return [Relay(**row._asdict()) for row in rows]


def settle(
    connection: Connection,
    relay: Relay,
    *,
    now: datetime,
    state: str = DONE,
    remote_id: str | None = None,
    case_id: str | None = None,
) -> bool:
    """Note that it has arrived and erase what it carried; False: somebody else did."""
    values: dict[str, Any] = {
        "state": state,
        "sealed_body": None,
        "lease_until": None,
        "done_at": now,
    }
    if remote_id is not None:
        values["remote_id"] = remote_id
    if case_id is not None:
        values["case_id"] = case_id
    statement = (
        update(relays).where(_r.relay_id == relay.relay_id, _r.state == WAITING).values(**values)
    )
    return connection.execute(statement).rowcount == 1


def postpone(connection: Connection, relay: Relay, *, due_at: datetime) -> None:
    """Try again at this time."""
    connection.execute(
        update(relays)
        .where(_r.relay_id == relay.relay_id, _r.state == WAITING)
        .values(due_at=due_at, lease_until=None)
    )


def get(connection: Connection, relay_id: str) -> Relay | None:
    """Return the row; None: there is none."""
    row = connection.execute(select(*_fields()).where(_r.relay_id == relay_id)).one_or_none()
    return None if row is None else Relay(**row._asdict())


def is_ours(connection: Connection, adapter: str, remote_id: str) -> bool:
    """Tell whether we posted that message ourselves."""
    return place_of(connection, adapter, remote_id) is not None


def words_of(connection: Connection, case_id: str) -> list[Words]:
    """Return where a parent's words of a case are: at the helpdesk, or on their way to it."""
    statement = (
        select(_r.seq, _r.remote_id, _r.done_at)
        .where(
            _r.case_id == case_id,
            _r.direction == OUT,
            _r.kind == PARENT,
            _r.state.in_((WAITING, DONE)),
        )
        .order_by(_r.seq)
    )
    return [Words(**row._asdict()) for row in connection.execute(statement)]


def messages_of(connection: Connection, case_id: str) -> frozenset[str]:
    """Return the ids of the parent's messages that were passed on to the case."""
    statement = select(_r.cause).where(_r.case_id == case_id, _r.kind == PARENT)
    causes = connection.execute(statement).scalars()
    return frozenset(str(cause).partition("/")[2] for cause in causes)


def place_of(connection: Connection, adapter: str, remote_id: str) -> int | None:
    """Return the place of a post of ours among all of ours; None: we have none of that id."""
    statement = select(_r.seq).where(
        _r.adapter == adapter, _r.remote_id == remote_id, _r.direction == OUT
    )
    return connection.execute(statement).scalar_one_or_none()


def has_cause(connection: Connection, cause: str) -> bool:
    """Tell whether this has been told already."""
    return connection.execute(select(_r.relay_id).where(_r.cause == cause)).first() is not None


def waiting_count(connection: Connection, direction: str) -> int:
    """Return how many rows wait."""
    statement = select(func.count()).where(_r.direction == direction, _r.state == WAITING)
    return int(connection.execute(statement).scalar_one())


def cursor(connection: Connection, adapter: str) -> str | None:
    """Return how far the helpdesk's news have been read."""
    c = helpdesk_cursors.c
    statement = select(c.cursor).where(c.adapter == adapter)
    return connection.execute(statement).scalar_one_or_none()


def keep_cursor(connection: Connection, adapter: str, cursor: str, *, now: datetime) -> None:
    """Note how far they have been read."""
    put(connection, helpdesk_cursors, {"adapter": adapter, "cursor": cursor, "read_at": now})


def forget(connection: Connection, conversation_id: str) -> None:
    """Remove everything of a conversation."""
    of_it = select(cases.c.case_id).where(cases.c.conversation_id == conversation_id)
    connection.execute(delete(relays).where(_r.case_id.in_(of_it)))
    connection.execute(delete(cases).where(cases.c.conversation_id == conversation_id))


def forget_strays(connection: Connection, *, before: datetime) -> None:
    """Remove what came for tickets that are none of ours."""
    connection.execute(delete(relays).where(_r.case_id.is_(None), _r.created_at < before))


def _fields() -> list[Any]:
    return [_r[name] for name in Relay.__dataclass_fields__]
