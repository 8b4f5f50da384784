"""What a reply shows in the web chat besides its words, and what a pressed button stood for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from messaging.chat.schema import chat_posts, chat_shows
from wire.envelope import Button

EXTRAS: Final = ("qr", "setup_key", "input")
"""What the element knows how to show; anything else a reply carries is left out."""


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


def choice_of(connection: Connection, message_id: str) -> str | None:
    """Return the id of the button that was pressed; None for typed words."""
    found = connection.execute(
        select(chat_posts.c.choice).where(chat_posts.c.message_id == message_id)
    ).scalar_one_or_none()
    return None if found is None else str(found)
