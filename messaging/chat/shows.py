"""What a reply shows in the web chat besides its words, and what a pressed button stood for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from messaging.chat.schema import chat_posts, chat_shows
from wire.envelope import Button, Reply
from wire.names import SMS

EXTRAS: Final = ("qr", "setup_key", "input", "lang")
"""What the element knows how to show; anything else a reply carries is left out."""

_CODE_SLOT: Final = "_code"
_WAY: Final = "way"


def with_input(replies: Sequence[Reply], awaiting: str | None) -> tuple[Reply, ...]:
    """Let the last of several replies show a field for a code, where a code is what is asked for.

    Args:
        awaiting: the slot that the assistant asks for; the slots of security codes end in `_code`.
    """
    if not replies or awaiting is None or not awaiting.endswith(_CODE_SLOT):
        return tuple(replies)
    *earlier, last = replies
    return *earlier, replace(last, custom={**last.custom, "input": "code"})


def keep(
    connection: Connection,
    message_id: str,
    *,
    buttons: Sequence[Button] = (),
    custom: Mapping[str, Any] | None = None,
    name: str | None = None,
) -> None:
    """Keep what a message shows; nothing is written where it shows only words."""
    extras = {key: str(value) for key, value in (custom or {}).items() if key in EXTRAS}
    if not buttons and not extras and name is None:
        return
    connection.execute(
        insert(chat_shows).values(
            message_id=message_id,
            buttons=[{"choice": one.choice, "title": one.title} for one in buttons],
            extras=extras,
            name=name,
        )
    )


def keep_way(connection: Connection, message_id: str) -> None:
    """Keep that a parent's message came into the chat by text."""
    connection.execute(
        insert(chat_shows).values(message_id=message_id, buttons=[], extras={_WAY: SMS})
    )


def came_by_text(connection: Connection, message_id: str) -> bool:
    """Tell whether a parent's message came into the chat by text."""
    extras = connection.execute(
        select(chat_shows.c.extras).where(chat_shows.c.message_id == message_id)
    ).scalar_one_or_none()
    return (extras or {}).get(_WAY) == SMS


def choice_of(connection: Connection, message_id: str) -> str | None:
    """Return the id of the button that was pressed; None for typed words."""
    found = connection.execute(
        select(chat_posts.c.choice).where(chat_posts.c.message_id == message_id)
    ).scalar_one_or_none()
    return None if found is None else str(found)
