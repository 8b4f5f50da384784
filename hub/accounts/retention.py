"""Forgetting in time: what has served its purpose is deleted, by the relay, every hour."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from hub.accounts import audit, erasure
from hub.accounts.hub import Hub
from hub.store import tables
from hub.store.audit import TRIMMED, trim
from hub.store.tables import (
    Account,
    Authenticator,
    Challenge,
    FactorReset,
    Guard,
    Invitation,
    InvitationImport,
    KeptAnswer,
    Link,
    Outgoing,
    RecoveryCode,
    Registration,
    SignIn,
    Tally,
)

log = structlog.get_logger(__name__)

AT_ONCE = 200
"""How many accounts are erased in one transaction, so that nobody waits for long."""


def sweep(hub: Hub) -> dict[str, int]:
    """Delete what is over, once; return how much of each kind."""
    now, limits = hub.clock.now(), hub.limits
    steps: dict[str, Callable[[Session], int]] = {
        "codes_and_counters": lambda session: _short_lived(
            session, now - limits.keep_counters, now
        ),
        "registrations": lambda session: _registrations(
            session, now, now - limits.keep_invitations
        ),
        "invitations": lambda session: _never_accepted(hub, session, now - limits.keep_invitations),
        "audit": lambda session: _audit(hub, session, now - limits.keep_audit),
    }
    deleted = {}
    for name, step in steps.items():
        with hub.store.transaction() as session:
            deleted[name] = step(session)
    if any(deleted.values()):
        log.info("retention.swept", **deleted)
    return deleted


def _short_lived(session: Session, before: datetime, now: datetime) -> int:
    """Challenges, counters, answers and whatever else a day is long enough for.

    A row of wrong codes is no mere counter: it is what ends a guesser for good, so a guard that
    has one stays.
    """
    over: list[tuple[type[tables.Base], ColumnElement[bool]]] = [
        (Challenge, Challenge.expires_at < before),
        (Tally, Tally.at < before),
        (
            Guard,
            and_(
                Guard.touched_at < before,
                Guard.in_a_row == 0,
                Guard.off_at.is_(None),
                or_(Guard.locked_until.is_(None), Guard.locked_until < now),
            ),
        ),
        (KeptAnswer, KeptAnswer.created_at < before),
        (Outgoing, Outgoing.done_at < before),
        (SignIn, SignIn.expires_at < before),
        (RecoveryCode, RecoveryCode.ended_at < before),
        (Authenticator, Authenticator.ended_at < before),
        (
            Authenticator,
            and_(Authenticator.in_use_at.is_(None), Authenticator.expires_at < before),
        ),
        (tables.Session, or_(tables.Session.ended_at < before, tables.Session.seen_at < before)),
    ]
    return sum(_count(session, table, condition) for table, condition in over)


def _registrations(session: Session, now: datetime, before: datetime) -> int:
    """Take the numbers out of what is over; delete it when its links need no explanation."""
    is_over = or_(
        Registration.expires_at <= now,
        Registration.let_go_at.is_not(None),
        Registration.completed_at.is_not(None),
    )
    holds_something = or_(
        Registration.number_sealed.is_not(None), Registration.password_hash.is_not(None)
    )
    emptied = session.scalars(
        update(Registration)
        .where(is_over, holds_something)
        .values(number_sealed=None, number_lookup=None, password_hash=None)
        .returning(Registration.id)
    ).all()
    return (
        len(emptied)
        + _count(session, Link, Link.expires_at < before)
        + _count(session, Registration, Registration.expires_at < before)
        + _count(session, FactorReset, FactorReset.ended_at < before)
        + _count(session, InvitationImport, InvitationImport.created_at < before)
    )


def _never_accepted(hub: Hub, session: Session, before: datetime) -> int:
    """Erase people who were invited, never came, and whose last invitation is long over.

    Who has registered once stays, though a lost factor may have led back to an invitation.
    """
    has_newer = exists().where(Invitation.account_id == Account.id, Invitation.expires_at >= before)
    statement = (
        select(Account)
        .where(Account.first_registered_at.is_(None), Account.created_at < before, ~has_newer)
        .limit(AT_ONCE)
    )
    gone = list(session.scalars(statement))
    for account in gone:
        erasure.erase_account(hub, session, account, actor=audit.HUB)
    return len(gone)


def _audit(hub: Hub, session: Session, before: datetime) -> int:
    trimmed = trim(session, before)
    if trimmed is None:
        return 0
    audit.note(
        hub,
        session,
        TRIMMED,
        account_id=None,
        actor=audit.HUB,
        through=trimmed.through,
        hash=trimmed.hash,
    )
    return trimmed.entries


def _count(session: Session, table: type[tables.Base], condition: ColumnElement[bool]) -> int:
    result = session.execute(delete(table).where(condition))
    return int(getattr(result, "rowcount", 0))
