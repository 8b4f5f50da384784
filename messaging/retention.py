"""What is forgotten, when, and how one person is erased."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, exists, select

from messaging.chat import links
from messaging.chat.schema import chat_numbers
from messaging.handoff import relays
from messaging.handoff.schema import switchboard
from messaging.store import ceilings, claims, messages, outbox
from messaging.store.schema import conversations, handoffs
from messaging.store.schema import messages as message_rows
from messaging.store.schema import outbox as outbox_rows

TRANSCRIPTS: Final = timedelta(days=30)
"""Unless TRANSCRIPT_DAYS says otherwise; parents are told the days at first contact."""
CLAIMS: Final = timedelta(days=395)
"""As long as the audit: a webhook that was captured cannot be replayed once the message is gone."""
COUNTERS: Final = timedelta(hours=24)
"""As long as the longest of their windows."""


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How many rows went."""

    messages: int
    texts: int
    conversations: int
    claims: int


def sweep(connection: Connection, *, now: datetime, transcripts: timedelta = TRANSCRIPTS) -> Swept:
    """Forget what is older than it may be; what still waits for work stays."""
    old = now - transcripts
    swept = Swept(
        messages=messages.forget(connection, before=old),
        texts=outbox.forget(connection, before=old),
        conversations=_forget_conversations(connection, before=old),
        claims=claims.forget(connection, before=now - CLAIMS),
    )
    outbox.erase_bodies(connection, now=now)
    ceilings.forget(connection, before=now - COUNTERS)
    relays.forget_strays(connection, before=old)
    return swept


def erase(connection: Connection, conversation_id: str, *, now: datetime) -> bool:
    """Forget a conversation with everything in it; False: there is none.

    The web chat that a number has joined goes with it: what was texted lies there.
    An opt-out stays: it is a keyed hash, and forgetting it would bring the texts back.
    """
    chat_id = links.leave(connection, conversation_id, now=now)
    if chat_id is not None:
        erase(connection, chat_id, now=now)
    _erase_rows(connection, conversation_id)
    statement = delete(conversations).where(conversations.c.conversation_id == conversation_id)
    return connection.execute(statement).rowcount == 1


def _erase_rows(connection: Connection, conversation_id: str) -> None:
    ceilings.forget_of(connection, conversation_id)
    # The foreign keys would do so too; a database opened without them would not.
    relays.forget(connection, conversation_id)
    for table in (outbox_rows, message_rows, handoffs, switchboard, chat_numbers):
        connection.execute(delete(table).where(table.c.conversation_id == conversation_id))


def _forget_conversations(connection: Connection, *, before: datetime) -> int:
    of_this = conversations.c.conversation_id
    empty = [
        ~exists(select(table.c.conversation_id).where(table.c.conversation_id == of_this))
        for table in (message_rows, outbox_rows)
    ]
    statement = delete(conversations).where(conversations.c.last_message_at < before, *empty)
    return connection.execute(statement).rowcount
