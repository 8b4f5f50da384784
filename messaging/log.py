"""The one place where something is added to a conversation.

Every entry gets the next number of its conversation, under the conversation's row lock, so that
numbers are given out in the order in which they become visible: whoever has read up to n misses
nothing by asking for what comes after n.
"""

import uuid
from datetime import datetime

from sqlalchemy import Connection

from messaging.store import conversations, messages
from messaging.store.messages import Message


def new_id() -> str:
    """Return a fresh message id; unguessable, and the turn id of a person's message."""
    return uuid.uuid4().hex


def append(
    connection: Connection,
    conversation_id: str,
    *,
    author: str,
    text: str,
    now: datetime,
    kind: str = "text",
    state: str = messages.DONE,
    sealed_values: bytes | None = None,
    turn_id: str | None = None,
    message_id: str | None = None,
) -> Message:
    """Add an entry and return it as stored. The text is masked already."""
    message = Message(
        message_id=message_id or new_id(),
        conversation_id=conversation_id,
        seq=conversations.next_seq(connection, conversation_id, now=now),
        author=author,
        kind=kind,
        text=text,
        sealed_values=sealed_values,
        state=state,
        turn_id=turn_id,
        created_at=now,
    )
    messages.add(connection, message)
    return message
