"""The record of events: append-only, each entry holding the hash of the one before.

Entries hold opaque ids and facts, never an address, number, code or message text, so that a person
can be erased and the chain stays whole.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hub.store.tables import AuditEntry, AuditHead

PENDING: Final = "audit"
FIRST_HASH: Final = "0" * 64
TRIMMED: Final = "audit.trimmed"


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
    """Yield every entry in order; the cursor is closed also for a reader that stops early."""
    in_order = select(AuditEntry).order_by(AuditEntry.number)
    with closing(session.scalars(in_order.execution_options(yield_per=500))) as found:
        yield from found


@dataclass(frozen=True, kw_only=True)
class Trimmed:
    """The oldest part of the chain, which is gone."""

    entries: int
    through: int
    """The number of the last entry that was deleted."""
    hash: str
    """Its hash, which the oldest entry that is left names as the one before."""


def trim(session: Session, before: datetime) -> Trimmed | None:
    """Delete the entries that are older than a moment; None: there are none.

    The newest entry always stays. Whoever calls notes what was trimmed as an event of its own, by
    which `verify` knows that the missing part was not cut off by somebody else.
    """
    last = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.at < before, AuditEntry.number < head(session).number)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return None
    through, last_hash = last.number, last.hash
    session.execute(
        update(AuditHead).where(AuditHead.id == 1).values(trimmed_through=through)
    )  # the database lets no other entry go
    gone = session.scalars(
        delete(AuditEntry).where(AuditEntry.number <= through).returning(AuditEntry.number)
    ).all()
    return Trimmed(entries=len(gone), through=through, hash=last_hash)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a check of the chain has found."""

    entries: int
    first: int
    last: int
    head: str
    """The hash of the last entry. Written down elsewhere, it shows later whether the whole record
    was made anew: it must then still be the hash of the entry of this number."""
    broken_at: int | None
    """The number of the first entry that is not as it was written; None: all are."""


def verify(session: Session) -> Verdict:
    """Check every entry's hash, that none is missing, and where the chain begins and ends."""
    end = head(session)
    count, first, broken_at = _walk(session, end)
    return Verdict(entries=count, first=first, last=end.number, head=end.hash, broken_at=broken_at)


def _walk(session: Session, end: AuditHead) -> tuple[int, int, int | None]:
    """Return how many entries were looked at, the first one's number and the first broken one's."""
    count, first, previous, expected = 0, 0, FIRST_HASH, 1
    start: tuple[int, str] | None = None
    trims: set[tuple[int, str]] = set()
    for entry in entries(session):
        if count == 0:
            first, previous, expected = entry.number, entry.previous_hash, entry.number
            start = (entry.number - 1, entry.previous_hash)
        count += 1
        if entry.number != expected or entry.previous_hash != previous:
            return count, first, expected
        if entry.hash != digest_of(entry):
            return count, first, entry.number
        if entry.event == TRIMMED:
            trims.add((entry.facts["through"], entry.facts["hash"]))
        previous, expected = entry.hash, entry.number + 1
    if (end.number, end.hash) != (expected - 1, previous):
        return count, first, expected
    if start is not None and start != (0, FIRST_HASH) and start not in trims:
        return count, first, first
    return count, first, None


def head(session: Session) -> AuditHead:
    """Return where the chain ends."""
    return session.scalars(select(AuditHead).where(AuditHead.id == 1)).one()
