"""What nobody will try again by itself: a person looks, tries again, or drops it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from messaging.replies import REPLY_LIFETIME
from messaging.requested import SECURITY_CODE
from messaging.store import conversations, messages, outbox
from messaging.store.schema import messages as message_rows
from messaging.store.schema import outbox as outbox_rows

TEXT: Final = "text"
MESSAGE: Final = "message"

_m, _o = message_rows.c, outbox_rows.c


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """One of them; nothing here says what was written or to whom."""

    letter_id: str
    what: str
    """`text`: of ours, not sent. `message`: of a person, not answered."""
    conversation_id: str
    reason: str
    created_at: datetime


def listed(connection: Connection) -> list[DeadLetter]:
    """Return all, oldest first."""
    texts = connection.execute(
        select(_o.text_id, _o.conversation_id, _o.reason, _o.error_code, _o.created_at).where(
            _o.dead.is_(True)
        )
    )
    letters = [
        DeadLetter(
            letter_id=row.text_id,
            what=TEXT,
            conversation_id=row.conversation_id,
            reason=f"{row.reason} {row.error_code or ''}".strip(),
            created_at=row.created_at,
        )
        for row in texts
    ]
    unanswered = connection.execute(
        select(_m.message_id, _m.conversation_id, _m.kind, _m.created_at).where(
            _m.state == messages.DEAD
        )
    )
    letters += [
        DeadLetter(
            letter_id=row.message_id,
            what=MESSAGE,
            conversation_id=row.conversation_id,
            reason=f"not answered ({row.kind})",
            created_at=row.created_at,
        )
        for row in unanswered
    ]
    return sorted(letters, key=lambda letter: letter.created_at)


def retry(connection: Connection, letter_id: str, *, now: datetime) -> bool:
    """Try again; False: there is no such dead letter, or it is a code, which is of no use by now.

    The values that a message held are gone: where one is needed, the assistant asks for it again.
    """
    revived = connection.execute(
        update(outbox_rows)
        .where(
            _o.text_id == letter_id,
            _o.dead.is_(True),
            _o.sealed_body.is_not(None),
            _o.purpose != SECURITY_CODE,
        )
        .values(
            state=outbox.CREATED,
            dead=False,
            reason=None,
            error_code=None,
            finished_at=None,
            tried_at=None,
            lease_until=None,
            due_at=now,
            expires_at=now + REPLY_LIFETIME,
        )
    )
    if revived.rowcount == 1:
        return True
    conversation_id = connection.execute(
        update(message_rows)
        .where(_m.message_id == letter_id, _m.state == messages.DEAD)
        .values(state=messages.WAITING, created_at=now, done_at=None)
        .returning(_m.conversation_id)
    ).scalar_one_or_none()
    if conversation_id is None:
        return False
    conversations.note_work(connection, conversation_id, now=now)
    return True


def drop(connection: Connection, letter_id: str) -> bool:
    """Take it off the list and erase what it holds; False: there is no such dead letter."""
    texts = connection.execute(
        update(outbox_rows)
        .where(_o.text_id == letter_id, _o.dead.is_(True))
        .values(dead=False, sealed_body=None)
    )
    unanswered = connection.execute(
        update(message_rows)
        .where(_m.message_id == letter_id, _m.state == messages.DEAD)
        .values(state=messages.IGNORED, sealed_values=None)
    )
    return texts.rowcount + unanswered.rowcount == 1
