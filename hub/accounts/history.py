"""What happened to an account lately, as far as its owner is shown."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from hub.accounts.hub import Hub
from hub.accounts.sessions import SignedIn
from hub.store.tables import AuditEntry

AT_MOST: Final = 10


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One event of record."""

    at: datetime
    event: str


def recent(
    hub: Hub, signed_in: SignedIn, *, events: Collection[str], at_most: int = AT_MOST
) -> list[Happening]:
    """Return the newest events of these names on the account of who is signed in, newest first."""
    with hub.store.reading() as session:
        statement = (
            select(AuditEntry.at, AuditEntry.event)
            .where(AuditEntry.subject == signed_in.account_id, AuditEntry.event.in_(events))
            .order_by(AuditEntry.number.desc())
            .limit(at_most)
        )
        return [Happening(at=row.at, event=row.event) for row in session.execute(statement)]
