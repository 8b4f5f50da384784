"""The numbers that were given in a web chat, and codes for them that did not arrive.

A number is kept as the id of its own conversation, a keyed hash: enough to find the chat that waits
for a code to it, and nothing that a number could be read from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, or_, select, update

from messaging.chat.schema import chat_numbers
from messaging.store.once import insert_once
from messaging.store.outbox import FAILED, UNDELIVERED
from messaging.store.schema import conversations, outbox

_LOST: Final = (UNDELIVERED, FAILED)

_n, _o, _c = chat_numbers.c, outbox.c, conversations.c


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A code's text that did not arrive, and the chat that waits for it."""

    chat_id: str
    phone_id: str
    text_id: str
    reason: str | None


def given(connection: Connection, chat_id: str, phone_ids: Iterable[str]) -> None:
    """Note that these numbers were given in this chat."""
    for phone_id in phone_ids:
        insert_once(connection, chat_numbers, {"conversation_id": chat_id, "phone_id": phone_id})


def lost(
    connection: Connection, *, purpose: str, awaiting: str, since: datetime, limit: int
) -> list[Lost]:
    """Return texts that did not arrive and whose chats wait for them and have not been told.

    A chat in which a turn is under way is left out: its answer may tell the same.

    Args:
        purpose: of the texts.
        awaiting: the slot that a chat asks for while it waits for such a text.
        since: texts that were asked for earlier are of no use any more.
        limit: how many at most.
    """
    statement = (
        select(_n.conversation_id.label("chat_id"), _n.phone_id, _o.text_id, _o.reason)
        .join(outbox, _o.conversation_id == _n.phone_id)
        .join(conversations, _c.conversation_id == _n.conversation_id)
        .where(
            _o.purpose == purpose,
            _o.state.in_(_LOST),
            _o.created_at >= since,
            _c.awaiting == awaiting,
            _c.work_due_at.is_(None),
            or_(_n.told_text_id.is_(None), _n.told_text_id != _o.text_id),
        )
        .order_by(_o.created_at)
        .limit(limit)
    )
    return [Lost(**row._asdict()) for row in connection.execute(statement)]


def is_newest(connection: Connection, one: Lost, *, purpose: str) -> bool:
    """Tell whether no later text of this purpose went to any number given in the chat."""
    numbers = select(_n.phone_id).where(_n.conversation_id == one.chat_id)
    newest = connection.execute(
        select(_o.text_id)
        .where(_o.purpose == purpose, _o.conversation_id.in_(numbers))
        .order_by(_o.created_at.desc(), _o.seq.desc())
        .limit(1)
    ).scalar_one_or_none()
    return newest == one.text_id


def told(connection: Connection, one: Lost) -> bool:
    """Note that the chat is told; False: it has been told already."""
    statement = (
        update(chat_numbers)
        .where(
            _n.conversation_id == one.chat_id,
            _n.phone_id == one.phone_id,
            or_(_n.told_text_id.is_(None), _n.told_text_id != one.text_id),
        )
        .values(told_text_id=one.text_id)
    )
    return connection.execute(statement).rowcount == 1
