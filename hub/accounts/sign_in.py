"""Signing in: the password first, then a second factor; both, and a session begins."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.accounts import (
    audit,
    authenticators,
    emails,
    factor_resets,
    invitations,
    password_check,
    sealed,
    second_factor,
    security_codes,
    sessions,
    texting,
    tries,
)
from hub.accounts.errors import CodeExpired, HubError, SignInOver, TooManyTries
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id, new_token
from hub.store import guards, tables
from hub.store.sealing import hash_token
from hub.store.tables import Account, SignIn

PURPOSE: Final = "sign_in"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Begun:
    """The password was right; the token goes to the browser and is not kept."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A sign-in that waits for the second factor."""

    ways: second_factor.Ways
    expires_at: datetime
    renews_session: bool
    """The person was signed in already and only confirms it."""


def begin(hub: Hub, *, email: str, password: str, tried_by: str) -> Begun:
    """Check address and password, and remember for the browser that they were right.

    Takes as long and says the same for an address that nobody has registered with.

    Args:
        hub: the hub's parts.
        email: as typed.
        password: as typed.
        tried_by: where from (`visitors.from_ip`).

    Raises:
        EmailNotAccepted: not an address.
        SignInRejected: not an account's address and password.
        TooManyTries: too many wrong passwords for this address, or tries from this place.
    """
    address = emails.read(email)
    _require_room(hub, tried_by)
    with hub.store.reading() as session:
        account = invitations.find_account(hub, session, address)
    registered = account if account is not None and account.registered_at is not None else None
    password_check.require_right(hub, account=registered, address=address, password=password)
    assert registered is not None
    return _begin(hub, registered.id, tried_by=tried_by, renews=None)


def begin_again(hub: Hub, signed_in: sessions.SignedIn, *, password: str, tried_by: str) -> Begun:
    """Check the password of who is signed in already, before something that needs both factors.

    Raises:
        SignInRejected: wrong.
        TooManyTries: too many wrong passwords.
    """
    _require_room(hub, tried_by)
    with hub.store.reading() as session:
        account = session.get_one(Account, signed_in.account_id)
        address = sealed.email_of(hub, account)
    password_check.require_right(hub, account=account, address=address, password=password)
    return _begin(hub, account.id, tried_by=tried_by, renews=signed_in.session_id)


def pending(hub: Hub, token: str) -> Pending:
    """Return what a browser that has given the password can go on with.

    Raises:
        SignInOver: too long ago, finished, or never begun.
    """
    with hub.store.reading() as session:
        found = _require(hub, session, token)
        account = session.get_one(Account, found.account_id)
        return Pending(
            ways=second_factor.ways_of(hub, session, account),
            expires_at=found.expires_at,
            renews_session=found.renews is not None,
        )


def send_code(hub: Hub, token: str) -> security_codes.Sent:
    """Text a code to the account's number and see it handed over.

    Raises:
        SignInOver: too long ago, finished, or never begun.
        FactorNotSet: the account has no number.
        Locked, TooManySends, ResendTooSoon: the limits.
        TextNotAccepted: the text could not be handed over.
    """
    return texting.deliver(hub, _write_code(hub, token))


def text_state(hub: Hub, token: str) -> texting.TextState:
    """Return what became of the newest text with a code.

    Raises:
        SignInOver: as `send_code`.
        NotFound: no code was sent.
        TextNotAccepted: the messaging service cannot be asked just now.
    """
    with hub.store.reading() as session:
        owner = _require(hub, session, token).id
    return texting.state_of_newest(hub, owner)


def finish(hub: Hub, token: str, *, method: second_factor.Method, typed: str) -> sessions.Started:
    """Check the second factor and begin a session.

    Raises:
        SignInOver: too long ago, finished, or never begun.
        CodeRejected: the code did not count, and why; for `CodeExpired` a new one was sent where
            it names a text.
        Locked: too many wrong codes.
        FactorNotSet: the account does not have this way.
    """
    with hub.store.reading() as session:
        prover = _prover(_require(hub, session, token))
    given = second_factor.prepare(hub, prover, method=method, typed=typed)
    try:
        return _finish(hub, token, prover, given)
    except SignInOver:
        second_factor.give_back(hub, prover, given)
        raise
    except CodeExpired:
        texting.send_new_one(hub, lambda: _write_code(hub, token))


def ask_for_help(hub: Hub, token: str) -> None:
    """Ask the helpdesk to remove a second factor that was lost; the password was right.

    Raises:
        SignInOver: too long ago, finished, or never begun.
    """
    with hub.store.transaction() as session:
        found = _require(hub, session, token)
        factor_resets.begin(hub, session, session.get_one(Account, found.account_id))


def end_all(hub: Hub, session: Session, account_id: str) -> None:
    """End the sign-ins of an account that wait for a second factor: its password has changed."""
    session.execute(
        update(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        .values(ended_at=hub.clock.now())
    )


def _finish(
    hub: Hub, token: str, prover: second_factor.Prover, given: second_factor.Given
) -> sessions.Started:
    with hub.store.transaction(keep_on=HubError) as session:
        tries.hold(hub, session, prover.account_id, PURPOSE)  # of two at once, one goes first
        found = _require(hub, session, token)
        second_factor.check(hub, session, prover, given)
        found.ended_at = hub.clock.now()
        if found.renews is not None:
            session.execute(
                update(tables.Session)
                .where(tables.Session.id == found.renews, tables.Session.ended_at.is_(None))
                .values(ended_at=hub.clock.now())
            )
        account = session.get_one(Account, found.account_id, populate_existing=True)
        if given.method != second_factor.RECOVERY_CODE:
            factor_resets.end_not_needed(hub, session, account.id)
        audit.note(
            hub,
            session,
            "sign_in.finished",
            account_id=account.id,
            sign_in=found.id,
            method=given.method,
        )
        log.info("sign_in.finished", account=account.id, method=given.method)
        started = sessions.start(hub, session, account)
        if found.renews is not None:
            authenticators.take_along(session, former=found.renews, newer=started.session_id)
        return started


def _begin(hub: Hub, account_id: str, *, tried_by: str, renews: str | None) -> Begun:
    now, token = hub.clock.now(), new_token()
    with hub.store.transaction() as session:
        begun = SignIn(
            id=new_id(),
            token_hash=hash_token(token),
            account_id=account_id,
            renews=renews,
            tried_by=tried_by,
            created_at=now,
            expires_at=now + hub.limits.sign_in_lifetime,
        )
        session.add(begun)
        audit.note(hub, session, "sign_in.begun", account_id=account_id, sign_in=begun.id)
    return Begun(token=token, expires_at=begun.expires_at)


def _write_code(hub: Hub, token: str) -> security_codes.Sent:
    with hub.store.transaction() as session:
        return second_factor.send_code(hub, session, _prover(_require(hub, session, token)))


def _require(hub: Hub, session: Session, token: str) -> SignIn:
    statement = (
        select(SignIn)
        .where(
            SignIn.token_hash == hash_token(token),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > hub.clock.now(),
        )
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise SignInOver
    return found


def _prover(found: SignIn) -> second_factor.Prover:
    return second_factor.Prover(
        account_id=found.account_id,
        purpose=PURPOSE,
        session=found.id,
        tried_by=found.tried_by,
    )


def _require_room(hub: Hub, tried_by: str) -> None:
    """Count a try from one place, and refuse it where there were too many.

    Raises:
        TooManyTries: and for how long.
    """
    now, limits, key = hub.clock.now(), hub.limits, f"sign-in:{tried_by}"
    with hub.store.transaction() as session:
        guards.hold(session, (key,), now)
        free = guards.free_again(
            session,
            key,
            limit=limits.sign_ins_per_ip,
            window=limits.sign_ins_per_ip_window,
            now=now,
        )
        if free is not None:
            raise TooManyTries(free - now)
        guards.record(session, key, now)
