"""Authenticator apps: enrol, confirm with a first code, check."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from hub.accounts import audit, sealed, totp, tries, typed_codes
from hub.accounts.errors import (
    CodeIncorrect,
    CodeUsed,
    EnrolmentOver,
    FactorNotSet,
    Locked,
)
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id
from hub.store.tables import Account, Authenticator

ISSUER: Final = "Staffordshire EHC Hub"
REPLACED: Final = "replaced"
REMOVED: Final = "removed"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """An app to be set up: all that a QR code or a person needs. Never fit for logs."""

    authenticator_id: str
    setup_key: str = field(repr=False)
    """In groups of four."""
    uri: str = field(repr=False)
    """What the QR code says."""
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Owner:
    """For whom and from where an app is enrolled."""

    account_id: str
    purpose: str
    """Of the counter that wrong codes are counted on."""
    session: str
    """The registration or browser session that asks; no other can confirm."""


def enrol(hub: Hub, session: Session, owner: Owner) -> Enrolment:
    """Return the app that is to be set up; asked again in time, the same one.

    So a page that is loaded again shows the QR code that was scanned already. The caller holds the
    guard of the owner's codes.
    """
    now = hub.clock.now()
    waiting = _waiting(hub, session, owner)
    if waiting is None:
        _end_not_in_use(session, owner, now, is_confirmed=False)
        waiting = Authenticator(
            id=new_id(),
            account_id=owner.account_id,
            session=owner.session,
            created_at=now,
            expires_at=now + hub.limits.authenticator_setup,
        )
        place = sealed.secret_place(waiting.id)
        waiting.secret_sealed = hub.sealer.seal(place, totp.new_secret())
        session.add(waiting)
        session.flush()
        audit.note(
            hub,
            session,
            "app.enrolled",
            account_id=owner.account_id,
            authenticator=waiting.id,
            purpose=owner.purpose,
        )
    secret = sealed.secret_of(hub, waiting)
    address = sealed.email_of(hub, session.get_one(Account, owner.account_id))
    return Enrolment(
        authenticator_id=waiting.id,
        setup_key=totp.in_groups(secret),
        uri=totp.uri(secret, account=address, issuer=ISSUER),
        expires_at=waiting.expires_at,
    )


def take_along(session: Session, *, former: str, newer: str) -> None:
    """Let an app that waits for its first code wait in the session that takes another's place.

    So who had to confirm who they are is shown the QR code that was scanned already.
    """
    session.execute(
        update(Authenticator)
        .where(Authenticator.session == former, Authenticator.confirmed_at.is_(None))
        .values(session=newer)
    )


def confirm(hub: Hub, session: Session, owner: Owner, *, typed: str) -> Authenticator:
    """Check the first code of an app that is being set up; right, it is confirmed.

    What is counted is part of the transaction, which must keep it on `HubError`. Putting the app
    to use is the caller's next step.

    Raises:
        CodeMalformed: cannot be a code; costs no try.
        Locked: too many wrong codes.
        EnrolmentOver: no app waits for its first code here.
        CodeIncorrect: wrong.
    """
    digits = typed_codes.read(typed)
    guard = tries.hold(hub, session, owner.account_id, owner.purpose)
    tries.require_unlocked(hub, guard)
    waiting = _waiting(hub, session, owner)
    if waiting is None:
        raise EnrolmentOver
    _compare(hub, session, waiting, digits, purpose=owner.purpose)
    now = hub.clock.now()
    _end_not_in_use(session, owner, now, is_confirmed=True)
    waiting.confirmed_at = now
    tries.forget_row(guard)
    audit.note(
        hub,
        session,
        "app.confirmed",
        account_id=owner.account_id,
        authenticator=waiting.id,
        purpose=owner.purpose,
    )
    log.info("app.confirmed", authenticator=waiting.id, purpose=owner.purpose)
    return waiting


def put_to_use(hub: Hub, session: Session, confirmed: Authenticator) -> None:
    """Make a confirmed app the account's; a former one is no longer."""
    end(hub, session, confirmed.account_id, why=REPLACED)
    confirmed.in_use_at = hub.clock.now()
    session.flush()


def check(hub: Hub, session: Session, *, account_id: str, purpose: str, typed: str) -> None:
    """Check a code of the account's app once.

    What is counted is part of the transaction, which must keep it on `HubError`.

    Raises:
        CodeMalformed, CodeUsed: not compared to the end; costs no try.
        Locked: too many wrong codes, this one perhaps included.
        FactorNotSet: the account has no app.
        CodeIncorrect: wrong.

    Source: RFC 6238 5.2; ASVS 5.0 6.5.1, 6.6.2.
    """
    digits = typed_codes.read(typed)
    guard = tries.hold(hub, session, account_id, purpose)
    tries.require_unlocked(hub, guard)
    authenticator = in_use(session, account_id)
    if authenticator is None:
        raise FactorNotSet
    _compare(hub, session, authenticator, digits, purpose=purpose)
    tries.forget_row(guard)
    audit.note(
        hub,
        session,
        "app.right",
        account_id=account_id,
        authenticator=authenticator.id,
        purpose=purpose,
    )


def in_use(session: Session, account_id: str) -> Authenticator | None:
    """Return the app that an account uses."""
    statement = (
        select(Authenticator)
        .where(
            Authenticator.account_id == account_id,
            Authenticator.in_use_at.is_not(None),
            Authenticator.ended_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def confirmed_in(session: Session, owner: str) -> Authenticator | None:
    """Return the app that was confirmed in a registration and is not in use yet."""
    statement = select(Authenticator).where(
        Authenticator.session == owner,
        Authenticator.confirmed_at.is_not(None),
        Authenticator.in_use_at.is_(None),
        Authenticator.ended_at.is_(None),
    )
    return session.scalars(statement).one_or_none()


def end(hub: Hub, session: Session, account_id: str, *, why: str) -> bool:
    """End the app that an account uses; tell whether there was one."""
    ended = session.scalars(
        update(Authenticator)
        .where(
            Authenticator.account_id == account_id,
            Authenticator.in_use_at.is_not(None),
            Authenticator.ended_at.is_(None),
        )
        .values(ended_at=hub.clock.now(), ended_why=why)
        .returning(Authenticator.id)
    ).all()
    return bool(ended)


def _compare(
    hub: Hub, session: Session, authenticator: Authenticator, digits: str, *, purpose: str
) -> None:
    """Accept a code of a step that is newer than every one before, or count a wrong one."""
    secret = sealed.secret_of(hub, authenticator)
    matching = totp.matching_steps(
        secret, digits, hub.clock.now(), drift=hub.limits.authenticator_drift_steps
    )
    if any(_is_accepted(session, authenticator, step) for step in matching):
        return
    if matching:
        raise CodeUsed
    guard = tries.hold(hub, session, authenticator.account_id, purpose)
    counted = tries.count_wrong(hub, session, guard, account_id=authenticator.account_id)
    audit.note(
        hub,
        session,
        "app.wrong",
        account_id=authenticator.account_id,
        authenticator=authenticator.id,
        purpose=purpose,
    )
    if counted.locked_for is None:
        raise CodeIncorrect(counted.tries_left)
    log.warning("app.locked", authenticator=authenticator.id, purpose=purpose)
    raise Locked(counted.locked_for, needs_help=guard.off_at is not None)


def _is_accepted(session: Session, authenticator: Authenticator, step: int) -> bool:
    accepted = session.scalars(
        update(Authenticator)
        .where(
            Authenticator.id == authenticator.id,
            or_(Authenticator.last_step.is_(None), Authenticator.last_step < step),
        )
        .values(last_step=step)
        .returning(Authenticator.id)
    ).one_or_none()
    return accepted is not None


def _waiting(hub: Hub, session: Session, owner: Owner) -> Authenticator | None:
    statement = (
        select(Authenticator)
        .where(
            Authenticator.account_id == owner.account_id,
            Authenticator.session == owner.session,
            Authenticator.confirmed_at.is_(None),
            Authenticator.ended_at.is_(None),
            Authenticator.expires_at > hub.clock.now(),
        )
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def _end_not_in_use(session: Session, owner: Owner, now: datetime, *, is_confirmed: bool) -> None:
    """End what was enrolled in this session before; an older QR code is no good.

    A confirmed app stays until its successor is confirmed as well: a second factor that was proved
    is not lost by looking at another QR code.
    """
    confirmed = Authenticator.confirmed_at
    session.execute(
        update(Authenticator)
        .where(
            Authenticator.account_id == owner.account_id,
            Authenticator.session == owner.session,
            Authenticator.in_use_at.is_(None),
            Authenticator.ended_at.is_(None),
            confirmed.is_not(None) if is_confirmed else confirmed.is_(None),
        )
        .values(ended_at=now, ended_why=REPLACED)
    )
