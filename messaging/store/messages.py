"""The message log: every event of a conversation, numbered, masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from messaging.store.schema import messages

PERSON: Final = "person"
ASSISTANT: Final = "assistant"
HELPER: Final = "helper"
SERVICE: Final = "service"
"""Said without Rasa: help, opt-out, delay."""

WAITING: Final = "waiting"
DONE: Final = "done"
IGNORED: Final = "ignored"
"""Taken in, logged and not answered: after an opt-out, or in a loop."""
DEAD: Final = "dead"
"""Could not be worked on; stands in the dead-letter list."""

_m = messages.c


@dataclass(frozen=True, kw_only=True)
class Message:
    """One entry of the log."""

    message_id: str
    conversation_id: str
    seq: int
    author: str
    kind: str
    text: str
    sealed_values: bytes | None
    state: str
    turn_id: str | None
    created_at: datetime


def add(connection: Connection, message: Message) -> None:
    """Append the message."""
    values = {name: getattr(message, name) for name in Message.__dataclass_fields__}
    connection.execute(insert(messages).values(**values))


def get(connection: Connection, message_id: str) -> Message | None:
    """Return the message; None: there is none."""
    row = connection.execute(
        select(*(_m[name] for name in Message.__dataclass_fields__)).where(
            _m.message_id == message_id
        )
    ).one_or_none()
    return None if row is None else Message(**row._asdict())


def next_waiting(connection: Connection, conversation_id: str) -> Message | None:
    """Return the oldest message that waits for its turn; None: there is none."""
    row = connection.execute(
        select(*(_m[name] for name in Message.__dataclass_fields__))
        .where(_m.conversation_id == conversation_id, _m.state == WAITING)
        .order_by(_m.seq)
        .limit(1)
    ).one_or_none()
    return None if row is None else Message(**row._asdict())


def close(connection: Connection, message_id: str, *, state: str, now: datetime) -> None:
    """Note that a message needs no more work and erase the values behind its placeholders."""
    connection.execute(
        update(messages)
        .where(_m.message_id == message_id)
        .values(state=state, sealed_values=None, done_at=now)
    )


def count_alike(connection: Connection, message: Message, *, since: datetime) -> int:
    """Return how many times, up to this message, a person has sent its very text since then."""
    return count_up_to(connection, message, since=since, text=message.text)


def count_up_to(
    connection: Connection, message: Message, *, since: datetime, text: str | None = None
) -> int:
    """Return how many messages a person has sent since then, up to this one and with it."""
    statement = select(func.count()).where(
        _m.conversation_id == message.conversation_id,
        _m.author == PERSON,
        _m.seq <= message.seq,
        _m.created_at >= since,
    )
    if text is not None:
        statement = statement.where(_m.text == text)
    return int(connection.execute(statement).scalar_one())


def latest(
    connection: Connection, conversation_id: str, *, authors: Sequence[str], limit: int
) -> list[Message]:
    """Return the newest messages of these authors, newest first."""
    rows = connection.execute(
        select(*(_m[name] for name in Message.__dataclass_fields__))
        .where(_m.conversation_id == conversation_id, _m.author.in_(authors))
        .order_by(_m.seq.desc())
        .limit(limit)
    )
    return [Message(**row._asdict()) for row in rows]


def was_said(connection: Connection, conversation_id: str, text: str, *, since: datetime) -> bool:
    """Tell whether the service has said these words since then."""
    statement = (
        select(_m.message_id)
        .where(
            _m.conversation_id == conversation_id,
            _m.author == SERVICE,
            _m.text == text,
            _m.created_at >= since,
        )
        .limit(1)
    )
    return connection.execute(statement).first() is not None


def forget(connection: Connection, *, before: datetime) -> int:
    """Remove messages older than this that need no more work; return how many."""
    return connection.execute(
        delete(messages).where(_m.created_at < before, _m.state != WAITING)
    ).rowcount
