"""Conversation rows: who it is, what waits, and who is working on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from messaging.errors import LeaseLost
from messaging.store.once import insert_once
from messaging.store.schema import conversations

_c = conversations.c


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """A conversation as it stood when it was read."""

    conversation_id: str
    channel: str
    sealed_number: bytes | None
    awaiting: str | None
    journey: str | None
    failed_tries: int
    waiting_since: datetime | None
    delay_told: bool
    fence: int


def ensure(
    connection: Connection,
    conversation_id: str,
    *,
    channel: str,
    sealed_number: bytes | None,
    now: datetime,
) -> None:
    """Make the conversation unless it is there."""
    insert_once(
        connection,
        conversations,
        {
            "conversation_id": conversation_id,
            "channel": channel,
            "sealed_number": sealed_number,
            "created_at": now,
            "last_message_at": now,
        },
    )


def get(connection: Connection, conversation_id: str) -> Conversation | None:
    """Return the conversation; None: there is none."""
    row = connection.execute(
        select(*_fields()).where(_c.conversation_id == conversation_id)
    ).one_or_none()
    return None if row is None else _conversation(row._mapping)


def lock(connection: Connection, conversation_id: str) -> Conversation | None:
    """Return the conversation and keep other writers of it waiting until the end."""
    row = connection.execute(
        select(*_fields()).where(_c.conversation_id == conversation_id).with_for_update()
    ).one_or_none()
    return None if row is None else _conversation(row._mapping)


def next_seq(connection: Connection, conversation_id: str, *, now: datetime) -> int:
    """Give out the next event number; other writers of the conversation wait until the end."""
    statement = (
        update(conversations)
        .where(_c.conversation_id == conversation_id)
        .values(last_seq=_c.last_seq + 1, last_message_at=now)
        .returning(_c.last_seq)
    )
    return int(connection.execute(statement).scalar_one())


def note_work(connection: Connection, conversation_id: str, *, now: datetime) -> None:
    """Say that a message waits; while tries are failing, the time of the next one stands."""
    connection.execute(
        update(conversations)
        .where(_c.conversation_id == conversation_id)
        .values(
            work_due_at=func.coalesce(_c.work_due_at, now),
            waiting_since=func.coalesce(_c.waiting_since, now),
        )
    )


def take(
    connection: Connection, conversation_id: str, *, now: datetime, until: datetime
) -> Conversation | None:
    """Take the lease on a conversation with work that is due; None: no work, or somebody has it."""
    statement = (
        update(conversations)
        .where(_c.conversation_id == conversation_id, _c.work_due_at <= now, _is_free(now))
        .values(lease_until=until, fence=_c.fence + 1)
        .returning(*_fields())
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else _conversation(row._mapping)


def renew(connection: Connection, held: Conversation, *, until: datetime) -> None:
    """Prove that the lease still stands and make it longer.

    Raises:
        LeaseLost: another worker has it.
    """
    _update_held(connection, held, lease_until=until)


def journey(connection: Connection, conversation_id: str) -> str | None:
    """Return what the conversation was last about."""
    statement = select(_c.journey).where(_c.conversation_id == conversation_id)
    return connection.execute(statement).scalar_one_or_none()


def turn_done(
    connection: Connection, held: Conversation, *, awaiting: str | None, journey: str | None
) -> None:
    """Note the end of a turn; failures before it are forgotten.

    Raises:
        LeaseLost: another worker has the conversation.
    """
    _update_held(
        connection, held, awaiting=awaiting, journey=journey, failed_tries=0, delay_told=False
    )


def release(connection: Connection, held: Conversation) -> None:
    """Give the conversation back; nothing waits in it.

    Raises:
        LeaseLost: another worker has it.
    """
    _update_held(connection, held, lease_until=None, work_due_at=None, waiting_since=None)


def postpone(connection: Connection, held: Conversation, *, due_at: datetime) -> None:
    """Give the conversation back after a failed try; the next one is due at this time.

    Raises:
        LeaseLost: another worker has it.
    """
    _update_held(
        connection,
        held,
        lease_until=None,
        work_due_at=due_at,
        failed_tries=conversations.c.failed_tries + 1,
    )


def delay_told(connection: Connection, held: Conversation) -> None:
    """Note that the person knows of the delay.

    Raises:
        LeaseLost: another worker has the conversation.
    """
    _update_held(connection, held, delay_told=True)


def due(connection: Connection, *, now: datetime, limit: int) -> list[str]:
    """Return conversations with work that is due and that nobody holds, longest waiting first."""
    rows = connection.execute(
        select(_c.conversation_id)
        .where(_c.work_due_at <= now, _is_free(now))
        .order_by(_c.work_due_at)
        .limit(limit)
    )
    return [row.conversation_id for row in rows]


def _is_free(now: datetime) -> Any:
    return or_(_c.lease_until.is_(None), _c.lease_until <= now)


def _update_held(connection: Connection, held: Conversation, **values: Any) -> None:
    statement = (
        update(conversations)
        .where(_c.conversation_id == held.conversation_id, _c.fence == held.fence)
        .values(**values)
    )
    if connection.execute(statement).rowcount != 1:
        raise LeaseLost


def _fields() -> list[Any]:
    return [_c[name] for name in Conversation.__dataclass_fields__]


def _conversation(row: Mapping[Any, Any]) -> Conversation:
    return Conversation(**{str(name): value for name, value in row.items()})
