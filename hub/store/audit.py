"""The record of events: append-only, each entry holding the hash of the one before.

Entries hold opaque ids and facts, never an address, number, code or message text, so that a person
can be erased and the chain stays whole.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.store.tables import AuditEntry, AuditHead

PENDING: Final = "audit"
FIRST_HASH: Final = "0" * 64


@dataclass(frozen=True, kw_only=True)
class _Event:
    at: datetime
    event: str
    subject: str | None
    actor: str
    facts: Mapping[str, Any]


def digest_of(entry: AuditEntry) -> str:
    """Return the hash that an entry must carry."""
    document = [
        entry.number,
        entry.at.isoformat(),
        entry.event,
        entry.subject,
        entry.actor,
        entry.facts,
        entry.previous_hash,
    ]
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def record(
    session: Session,
    event: str,
    *,
    at: datetime,
    subject: str | None,
    actor: str,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Note an event of this transaction.

    It is written at the end: the chain's head is held from the first entry on, and a transaction
    that then waited for a guard could stop one that holds the guard and waits for the head.
    """
    session.info.setdefault(PENDING, []).append(
        _Event(at=at, event=event, subject=subject, actor=actor, facts=dict(facts or {}))
    )


@contextmanager
def undone_with(session: Session) -> Iterator[None]:
    """Forget what was noted inside the block when the block fails."""
    noted_before = len(session.info.get(PENDING, []))
    try:
        yield
    except BaseException:
        del session.info.setdefault(PENDING, [])[noted_before:]
        raise


def write_pending(session: Session) -> None:
    """Add the noted events to the chain; called once, right before the commit."""
    pending: list[_Event] = session.info.pop(PENDING, [])
    if not pending:
        return
    head = session.execute(
        update(AuditHead)
        .where(AuditHead.id == 1)
        .values(number=AuditHead.number + len(pending))
        .returning(AuditHead.number, AuditHead.hash)
    ).one()
    number, previous_hash = head.number - len(pending), head.hash
    for event in pending:
        number += 1
        entry = AuditEntry(
            number=number,
            at=event.at,
            event=event.event,
            subject=event.subject,
            actor=event.actor,
            facts=event.facts,
            previous_hash=previous_hash,
        )
        entry.hash = previous_hash = digest_of(entry)
        session.add(entry)
    session.execute(update(AuditHead).where(AuditHead.id == 1).values(hash=previous_hash))


def entries(session: Session) -> Iterator[AuditEntry]:
    """Yield every entry in order."""
    yield from session.scalars(
        select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=500)
    )


def head(session: Session) -> AuditHead:
    """Return where the chain ends."""
    return session.scalars(select(AuditHead).where(AuditHead.id == 1)).one()
