"""The carrier knows of an opt-out that we do not."""

from datetime import datetime

from sqlalchemy import Connection

from messaging.chat import links
from messaging.store import opt_outs


def learn(connection: Connection, phone_id: str, *, now: datetime) -> None:
    """Note that this number wants no texts; a web chat that it had joined goes on without it."""
    opt_outs.add(connection, phone_id, source=opt_outs.CARRIER, now=now)
    links.leave(connection, phone_id, now=now)
