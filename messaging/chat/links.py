"""One conversation on two channels: a web chat that a phone has joined.

The page shows a word of eight characters, and the phone texts it. So the one who holds the phone
decides, knowing what for: a number typed into a page joins nothing, or a stranger's page could read
what its owner texts. From then on what the phone texts belongs to the web chat; it is answered by
text and shows in the chat. What is written in the chat is answered in the chat alone.

The link ends with the chat, with the word WEB or STOP from the phone, with a button in the chat.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select, update

from messaging.chat import shows
from messaging.chat.schema import chat_links, chat_sessions
from messaging.kinds import Kind
from messaging.numbers import last_three
from messaging.store.conversations import Conversation
from messaging.store.messages import Message
from messaging.store.once import put
from messaging.store.schema import conversations, messages
from wire.names import SMS

SESSION_LIFETIME: Final = timedelta(hours=24)
"""As long as the page's token; WCAG 2.2.1 asks for no extending beyond 20 h."""
CODE_LIFETIME: Final = timedelta(minutes=15)
MOST_TRIES: Final = 5
"""Wrong words from one phone within the lifetime of a word; as for invitation codes."""

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that looks like something else, on paper or on a phone."""
_HALF: Final = 4
_WORD: Final = re.compile(
    rf"\W*chat[\s:.-]*([{_ALPHABET}]{{{_HALF}}})[\s-]?([{_ALPHABET}]{{{_HALF}}})\W*", re.IGNORECASE
)
_BACK: Final = re.compile(r"\W*(?:back to )?web(?: ?chat)?\W*", re.IGNORECASE)

_l, _s, _c = chat_links.c, chat_sessions.c, conversations.c


@dataclass(frozen=True, kw_only=True)
class JoiningCode:
    """What a phone has to text to join."""

    words: str
    expires_at: datetime


def offer(
    connection: Connection, conversation_id: str, *, key: bytes, now: datetime
) -> JoiningCode:
    """Make the word that joins a phone to this chat; an earlier one dies."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(2 * _HALF))
    expires_at = (now + CODE_LIFETIME).replace(microsecond=0)
    put(
        connection,
        chat_links,
        {
            "conversation_id": conversation_id,
            "code_hash": _hash(code, key),
            "code_expires_at": expires_at,
        },
    )
    return JoiningCode(words=f"CHAT {code[:_HALF]}-{code[_HALF:]}", expires_at=expires_at)


def read_code(body: str) -> str | None:
    """Return the word in a text that asks to join; None: it is another text."""
    found = _WORD.fullmatch(body)
    return None if found is None else "".join(found.groups()).upper()


def is_back(text: str) -> bool:
    """Tell whether a text asks to go back to the web chat alone."""
    return _BACK.fullmatch(text) is not None


def join(
    connection: Connection,
    code: str,
    *,
    key: bytes,
    phone_id: str,
    number: str,
    seal: Callable[[str], bytes],
    now: datetime,
) -> str | None:
    """Let a phone join the chat that offered this word, and return the chat; the word is used up.

    Args:
        phone_id: the conversation id of the number.
        seal: seals the number to the conversation id that it is given.

    Returns None where no chat offers it now, or after too many wrong ones from this phone.
    """
    if _tries(connection, phone_id, now=now) >= MOST_TRIES:
        return None
    chat_id = connection.execute(
        update(chat_links)
        .where(
            _l.code_hash == _hash(code, key),
            _l.code_expires_at > now,
            _l.conversation_id.in_(_open_chats(now)),
        )
        .values(code_hash=None, code_expires_at=None)
        .returning(_l.conversation_id)
    ).scalar_one_or_none()
    if chat_id is None:
        return None
    leave(connection, phone_id, now=now)
    connection.execute(
        update(chat_links)
        .where(_l.conversation_id == chat_id)
        .values(phone_id=phone_id, last_three=last_three(number))
    )
    _set_number(connection, str(chat_id), seal(str(chat_id)), now=now)
    return str(chat_id)


def joined(connection: Connection, phone_id: str, *, now: datetime) -> str | None:
    """Return the chat that a phone belongs to; None: none that is still open."""
    return connection.execute(
        select(_l.conversation_id).where(
            _l.phone_id == phone_id, _l.conversation_id.in_(_open_chats(now))
        )
    ).scalar_one_or_none()


def leave(connection: Connection, phone_id: str, *, now: datetime) -> str | None:
    """Let a phone go back to a conversation of its own; return the chat that it has left."""
    chat_id = connection.execute(
        select(_l.conversation_id).where(_l.phone_id == phone_id)
    ).scalar_one_or_none()
    if chat_id is not None:
        part(connection, str(chat_id), now=now)
    return chat_id


def as_heard(connection: Connection, held: Conversation, message: Message) -> Conversation:
    """Return a joined chat as one message of it is to be answered: by text, or in the chat alone.

    Two ways lead into it, and each is answered on its own.
    """
    if shows.came_by_text(connection, message.message_id):
        return replace(held, channel=SMS)
    return replace(held, sealed_number=None)


def part(connection: Connection, conversation_id: str, *, now: datetime) -> None:
    """Let the phone of a chat go, and forget the word that the chat offers."""
    connection.execute(
        update(chat_links)
        .where(_l.conversation_id == conversation_id)
        .values(phone_id=None, last_three=None, code_hash=None, code_expires_at=None)
    )
    _set_number(connection, conversation_id, None, now=now)


def _open_chats(now: datetime) -> Select[Any]:
    return select(_s.conversation_id).where(
        _s.ended_at.is_(None), _s.begun_at > now - SESSION_LIFETIME
    )


def _set_number(
    connection: Connection, conversation_id: str, sealed: bytes | None, *, now: datetime
) -> None:
    # The time tells open pages to look again, also where no bell reaches them.
    connection.execute(
        update(conversations)
        .where(_c.conversation_id == conversation_id)
        .values(sealed_number=sealed, last_message_at=now)
    )


def _tries(connection: Connection, phone_id: str, *, now: datetime) -> int:
    statement = select(func.count()).where(
        messages.c.conversation_id == phone_id,
        messages.c.kind == Kind.NOT_JOINED,
        messages.c.created_at > now - CODE_LIFETIME,
    )
    return int(connection.execute(statement).scalar_one())


def _hash(code: str, key: bytes) -> str:
    return hmac.new(key, f"webchat-link {code}".encode(), hashlib.sha256).hexdigest()
