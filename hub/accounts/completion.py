"""The end of a registration: a password is chosen, the account is the person's, the hub opens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from hub.accounts import (
    audit,
    authenticators,
    links,
    notices,
    passwords,
    registrations,
    sealed,
    sessions,
)
from hub.accounts.errors import (
    LinkRejected,
    NotFound,
    NumberNotVerified,
    PasswordNeeded,
    RegistrationComplete,
)
from hub.accounts.hub import Hub
from hub.accounts.invitations import COMPLETED
from hub.store.sealing import hash_token
from hub.store.tables import Account, Invitation, Link, Registration

log = structlog.get_logger(__name__)

PATH: Final = "/register/"
"""Where a page takes the token of an invitation's or of a continue link."""


@dataclass(frozen=True, kw_only=True)
class ContinueLink:
    """Where to choose a password."""

    url: str
    expires_at: datetime


def continue_link(hub: Hub, registration_id: str) -> ContinueLink:
    """Make the link by which a registration whose number is proved goes on on the pages.

    Raises:
        NotFound: no such registration, or it has ended.
        NumberNotVerified: the number is not proved.
        RegistrationComplete: there is a password already.
    """
    with hub.store.transaction() as session:
        registration = registrations.require_verified(hub, session, registration_id)
        made = links.make(
            hub,
            session,
            links.CONTINUE,
            account_id=registration.account_id,
            registration_id=registration.id,
            lifetime=hub.limits.continue_link_lifetime,
        )
        audit.note(
            hub,
            session,
            "registration.link_made",
            account_id=registration.account_id,
            registration=registration.id,
        )
        return ContinueLink(url=f"{hub.public_url}{PATH}{made.token}", expires_at=made.expires_at)


def require_open(hub: Hub, token: str) -> None:
    """Let a person see the page of a continue link; nothing is changed by looking.

    Raises:
        LinkRejected: it does not work, or no longer.
        RegistrationComplete: it was used to the end: sign in instead.
    """
    with hub.store.reading() as session:
        if _was_used(session, token):
            raise RegistrationComplete
        links.find(hub, session, links.CONTINUE, token)


def complete_by_link(hub: Hub, *, token: str, password: str) -> sessions.Started:
    """Choose the password of an account with a continue link, and sign in.

    The number was proved in the chat and the link was given there, so both factors are fresh.

    Raises:
        LinkRejected: it does not work, or no longer.
        RegistrationComplete: it was used to the end.
        PasswordRefused: and why; the link stays good.
    """
    with hub.store.reading() as session:
        if _was_used(session, token):
            raise RegistrationComplete
        link = links.find(hub, session, links.CONTINUE, token)
        account = session.get_one(Account, link.account_id)
        address = sealed.email_of(hub, account)
        registration_id = link.registration_id
    acceptable = passwords.require_acceptable(
        password, hub.limits, personal=passwords.personal_words(address)
    )
    password_hash = hub.hasher.hash(acceptable)
    with hub.store.transaction() as session:
        assert registration_id is not None
        try:
            registration = registrations.require_verified(hub, session, registration_id)
        except NotFound:
            raise LinkRejected from None
        links.use(hub, session, links.CONTINUE, token)
        return finish(hub, session, registration, password_hash=password_hash)


def complete(hub: Hub, registration_id: str) -> sessions.Started:
    """End a registration in which a password was chosen and a second factor proved; sign in.

    For the pages: the browser has the registration's id in its signed cookie.

    Raises:
        NotFound: no such registration, or it has ended.
        PasswordNeeded: no password was chosen.
        NumberNotVerified: no second factor is proved.
        RegistrationComplete: there is an account already.
    """
    with hub.store.transaction() as session:
        registration = registrations.require_verified(hub, session, registration_id)
        if registration.password_hash is None:
            raise PasswordNeeded
        return finish(hub, session, registration, password_hash=registration.password_hash)


def finish(
    hub: Hub, session: Session, registration: Registration, *, password_hash: str
) -> sessions.Started:
    """Make a proved registration the person's account; the caller holds the registration."""
    now = hub.clock.now()
    account = session.get_one(Account, registration.account_id, populate_existing=True)
    _take_factors(hub, session, registration, account)
    account.password_hash = password_hash
    account.password_set_at = account.registered_at = now
    account.first_registered_at = account.first_registered_at or now
    registration.completed_at, registration.password_hash = now, None
    session.execute(
        update(Invitation)
        .where(Invitation.account_id == account.id)
        .values(ended_at=now, ended_why=COMPLETED)
    )
    links.end_all(session, account.id, links.CONTINUE, why="completed", now=now)
    audit.note(
        hub,
        session,
        "registration.completed",
        account_id=account.id,
        registration=registration.id,
    )
    notices.mail(hub, session, account, "registration_complete")
    log.info("registration.completed", registration=registration.id, account=account.id)
    return sessions.start(hub, session, account)


def _take_factors(hub: Hub, session: Session, registration: Registration, account: Account) -> None:
    """Give the account what was proved in the registration, and nothing else.

    Raises:
        NumberNotVerified: nothing was; no account begins without a second factor.
    """
    number = sealed.registration_number(hub, registration)
    if registration.verified_at is not None:
        assert number is not None
        place = sealed.account_number_place(account.id)
        account.number_sealed = hub.sealer.seal(place, number)
        account.number_lookup = registration.number_lookup
        account.number_verified_at = registration.verified_at
    app = authenticators.confirmed_in(session, registration.id)
    if app is None and registration.verified_at is None:
        raise NumberNotVerified
    if app is not None:
        authenticators.put_to_use(hub, session, app)


def _was_used(session: Session, token: str) -> bool:
    link = session.query(Link).filter(Link.token_hash == hash_token(token)).one_or_none()
    if link is None:
        return False
    account = session.get_one(Account, link.account_id, populate_existing=True)
    return account.registered_at is not None and link.kind == links.CONTINUE
