"""A forgotten password: a link by mail, the second factor, a new password; then to sign-in."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.orm import Session

from hub.accounts import (
    audit,
    invitations,
    links,
    notices,
    password_check,
    passwords,
    sealed,
    second_factor,
    security_codes,
    sessions,
    sign_in,
    texting,
    times,
    tries,
)
from hub.accounts.errors import CodeExpired, HubError, LinkRejected, SignInNeeded
from hub.accounts.hub import Hub
from hub.accounts.ids import new_token
from hub.store.sealing import hash_token
from hub.store.tables import Account, Link

PURPOSE: Final = "password_reset"
PATH: Final = "/reset-password/"
"""Where a page takes the token of a reset link."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reset:
    """A reset that a link has opened."""

    ways: second_factor.Ways
    expires_at: datetime


def send_link(hub: Hub, session: Session, address: str) -> None:
    """Mail a reset link where the address has registered; say nothing either way."""
    account = invitations.find_account(hub, session, address)
    if account is None or account.registered_at is None:
        return
    made = links.make(
        hub,
        session,
        links.RESET,
        account_id=account.id,
        lifetime=hub.limits.reset_link_lifetime,
    )
    notices.mail(
        hub,
        session,
        account,
        "password_reset",
        link=f"{hub.public_url}{PATH}{made.token}",
        expires=times.for_reading(made.expires_at),
    )
    audit.note(hub, session, "password.reset_asked", account_id=account.id)


def opened(hub: Hub, token: str) -> Reset:
    """Return what a reset link leads to; nothing is changed by looking.

    Raises:
        LinkRejected: used, expired, replaced or never ours.
    """
    with hub.store.reading() as session:
        link = links.find(hub, session, links.RESET, token)
        account = session.get_one(Account, link.account_id)
        return Reset(ways=second_factor.ways_of(hub, session, account), expires_at=link.expires_at)


def send_code(hub: Hub, token: str, *, tried_by: str) -> security_codes.Sent:
    """Text a code to the account's number and see it handed over.

    Raises:
        LinkRejected: the link does not work, or no longer.
        FactorNotSet: the account has no number.
        Locked, TooManySends, ResendTooSoon: the limits.
        TextNotAccepted: the text could not be handed over.
    """
    return texting.deliver(hub, _write_code(hub, token, tried_by))


def text_state(hub: Hub, token: str) -> texting.TextState:
    """Return what became of the newest text with a code.

    Raises:
        LinkRejected: the link does not work, or no longer.
        NotFound: no code was sent.
        TextNotAccepted: the messaging service cannot be asked just now.
    """
    with hub.store.reading() as session:
        owner = links.find(hub, session, links.RESET, token).id
    return texting.state_of_newest(hub, owner)


def prove(hub: Hub, token: str, *, method: second_factor.Method, typed: str, tried_by: str) -> str:
    """Check the second factor; return the proof that this browser gave it, for `choose`.

    Raises:
        LinkRejected: the link does not work, or no longer.
        CodeRejected: the code did not count, and why; for `CodeExpired` a new one was sent where
            it names a text.
        Locked: too many wrong codes.
        FactorNotSet: the account does not have this way.
    """
    with hub.store.reading() as session:
        prover = _prover(links.find(hub, session, links.RESET, token), tried_by)
    given = second_factor.prepare(hub, prover, method=method, typed=typed)
    proof = new_token()
    try:
        with hub.store.transaction(keep_on=HubError) as session:
            tries.hold(hub, session, prover.account_id, PURPOSE)
            link = links.find(hub, session, links.RESET, token)
            second_factor.check(hub, session, prover, given)
            link.proof_hash = hash_token(proof)
            audit.note(
                hub,
                session,
                "password.reset_proved",
                account_id=prover.account_id,
                method=given.method,
            )
    except LinkRejected:
        second_factor.give_back(hub, prover, given)
        raise
    except CodeExpired:
        texting.send_new_one(hub, lambda: _write_code(hub, token, tried_by))
    return proof


def choose(hub: Hub, token: str, *, proof: str, password: str) -> None:
    """Set the password, end every session, and say so by mail; the person then signs in.

    Raises:
        LinkRejected: the link does not work, or no longer.
        SignInNeeded: this browser has not given the second factor.
        PasswordRefused: and why; the link stays good.
    """
    with hub.store.reading() as session:
        link = _require_proved(hub, session, token, proof)
        address = sealed.email_of(hub, session.get_one(Account, link.account_id))
    acceptable = passwords.require_acceptable(
        password, hub.limits, personal=passwords.personal_words(address)
    )
    password_hash = hub.hasher.hash(acceptable)
    with hub.store.transaction() as session:
        link = _require_proved(hub, session, token, proof)
        links.use(hub, session, links.RESET, token)
        account = session.get_one(Account, link.account_id, populate_existing=True)
        set_password(hub, session, account, password_hash)
        sessions.end_all(hub, session, account.id)
        audit.note(hub, session, "password.reset", account_id=account.id)
        log.info("password.reset", account=account.id)


def set_password(hub: Hub, session: Session, account: Account, password_hash: str) -> None:
    """Keep a new password: its lock is lifted, sign-ins under way end, the person is told."""
    now = hub.clock.now()
    account.password_hash, account.password_set_at = password_hash, now
    password_check.forget_tries(hub, session, account)
    sign_in.end_all(hub, session, account.id)
    links.end_all(session, account.id, links.RESET, why="superseded", now=now)
    notices.changed(hub, session, account, notices.PASSWORD_CHANGED)


def _require_proved(hub: Hub, session: Session, token: str, proof: str) -> Link:
    link = links.find(hub, session, links.RESET, token)
    if link.proof_hash is None or not hmac.compare_digest(link.proof_hash, hash_token(proof)):
        raise SignInNeeded
    return link


def _write_code(hub: Hub, token: str, tried_by: str) -> security_codes.Sent:
    with hub.store.transaction() as session:
        link = links.find(hub, session, links.RESET, token)
        return second_factor.send_code(hub, session, _prover(link, tried_by))


def _prover(link: Link, tried_by: str) -> second_factor.Prover:
    return second_factor.Prover(
        account_id=link.account_id, purpose=PURPOSE, session=link.id, tried_by=tried_by
    )
