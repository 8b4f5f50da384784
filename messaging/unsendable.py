"""A text that will not arrive is told to people: nobody else would notice."""

from datetime import datetime

from sqlalchemy import Connection

from messaging.log import new_id
from messaging.store import handoffs
from messaging.store.handoffs import Handoff
from messaging.store.outbox import Text


def tell(connection: Connection, text: Text, *, now: datetime) -> None:
    """Put the conversation on the list of who wants a person; once a text.

    Where there is a helpdesk, `undeliverable` makes a ticket of it. A code's fate is also told to
    whoever asked for it, by `GET /v1/texts/...`.
    """
    handoffs.want(
        connection,
        Handoff(
            handoff_id=new_id(),
            conversation_id=text.conversation_id,
            cause=f"{handoffs.TEXT_CAUSE}{text.text_id}",
            reason=handoffs.UNSENDABLE,
            journey=text.journey,
            step=None,
            urgent=False,
            state=handoffs.WANTED,
            created_at=now,
        ),
    )
