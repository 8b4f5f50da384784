"""One session's way through a registration: invitation, number, code, password."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.accounts import audit, invitations, numbers, passwords, sealed, tries
from hub.accounts.errors import (
    HubError,
    NotFound,
    NumberAlreadyVerified,
    NumberNotVerified,
    RegistrationComplete,
)
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id
from hub.store.tables import Account, Challenge, Invitation, Link, Registration

State = Literal["number_needed", "code_needed", "verified", "complete"]
PURPOSE: Final = "registration"
"""Of the security code that proves the number."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a registration has come, as its owner may know it."""

    registration_id: str
    state: State
    number_ends_with: str | None
    expires_at: datetime
    has_password: bool
    has_number: bool
    """The number is proved."""
    has_app: bool
    """An authenticator app is."""


def begin(hub: Hub, *, code: str, conversation_id: str) -> Progress:
    """Begin a registration with an invitation code, or go on with the one this session has.

    Raises:
        InvitationRejected: the code does not work, or no longer.
        TooManyTries: too many wrong ones.
    """
    with hub.store.transaction(keep_on=HubError) as session:
        invitation = invitations.by_code(hub, session, code, tried_by=conversation_id)
        return shown(hub, _begin(hub, session, invitation, conversation_id))


def begin_by_link(hub: Hub, *, token: str, page_session: str) -> Progress:
    """Begin a registration on the hub's pages with the link of an invitation.

    Raises:
        InvitationRejected: the link does not work, or no longer.
    """
    with hub.store.transaction() as session:
        invitation = invitations.by_token(hub, session, token)
        return shown(hub, _begin(hub, session, invitation, page_session))


def require_invited(hub: Hub, token: str) -> None:
    """Let a person see the page of an invitation's link; nothing is changed by looking.

    Raises:
        InvitationRejected: the link does not work, or no longer.
    """
    with hub.store.reading() as session:
        invitations.by_token(hub, session, token)


def newest(hub: Hub, *, conversation_id: str) -> Progress | None:
    """Return a session's newest registration; None: it has none, or let go of it."""
    with hub.store.reading() as session:
        statement = (
            select(Registration)
            .where(
                Registration.session == conversation_id,
                Registration.let_go_at.is_(None),
                Registration.expires_at > hub.clock.now(),
            )
            .order_by(Registration.created_at.desc())
            .limit(1)
        )
        registration = session.scalars(statement).one_or_none()
        return None if registration is None else shown(hub, registration)


def progress(hub: Hub, registration_id: str) -> Progress:
    """Return how far a registration has come.

    Raises:
        NotFound: no such registration, or it has ended.
    """
    with hub.store.reading() as session:
        return shown(hub, require(hub, session, registration_id))


def let_go(hub: Hub, registration_id: str) -> None:
    """End a session's hold on a registration; the invitation stays good.

    Raises:
        NotFound: no such registration, or it has ended.
    """
    with hub.store.transaction() as session:
        registration = hold(hub, session, registration_id)
        registration.let_go_at = hub.clock.now()
        _end_challenge(hub, session, registration)
        _end_links(session, registration.id, hub.clock.now())
        audit.note(
            hub,
            session,
            "registration.let_go",
            account_id=registration.account_id,
            registration=registration.id,
        )


def give_number(hub: Hub, registration_id: str, *, typed: str) -> Progress:
    """Keep the mobile number that is to be proved; another one may be given until it is.

    Raises:
        NotFound: no such registration, or it has ended.
        NumberAlreadyVerified: the number was proved.
        NumberNotAccepted: not a mobile that can be texted.
    """
    number = numbers.read(typed, regions=hub.number_regions, allow_drama=hub.allow_drama_numbers)
    lookup = hub.lookup.of("number", number)
    with hub.store.transaction() as session:
        registration = hold(hub, session, registration_id)
        if registration.verified_at is not None:
            raise NumberAlreadyVerified
        if registration.number_lookup != lookup:
            _end_challenge(hub, session, registration)
            place = sealed.registration_number_place(registration.id)
            registration.number_sealed = hub.sealer.seal(place, number)
            registration.number_lookup = lookup
            audit.note(
                hub,
                session,
                "registration.number_given",
                account_id=registration.account_id,
                registration=registration.id,
            )
        return shown(hub, registration)


def require(hub: Hub, session: Session, registration_id: str) -> Registration:
    """Return a registration that has not ended.

    Raises:
        NotFound: no such registration, or it has ended.
    """
    registration = session.get(Registration, registration_id, populate_existing=True)
    if (
        registration is None
        or registration.let_go_at is not None
        or registration.expires_at <= hub.clock.now()
    ):
        raise NotFound
    return registration


def hold(hub: Hub, session: Session, registration_id: str) -> Registration:
    """Return a registration that nobody else can change until the transaction ends.

    The guard of the account's codes is what is held: whatever changes a registration holds it.

    Raises:
        NotFound: no such registration, or it has ended.
    """
    registration = require(hub, session, registration_id)
    tries.hold(hub, session, registration.account_id, PURPOSE)
    return require(hub, session, registration_id)


def shown(hub: Hub, registration: Registration) -> Progress:
    """Return what the owner of a registration may know of it."""
    number = sealed.registration_number(hub, registration)
    return Progress(
        registration_id=registration.id,
        state=_state(registration),
        number_ends_with=None if number is None else numbers.last_three(number),
        expires_at=registration.expires_at,
        has_password=registration.password_hash is not None,
        has_number=registration.verified_at is not None,
        has_app=registration.app_confirmed_at is not None,
    )


def require_verified(hub: Hub, session: Session, registration_id: str) -> Registration:
    """Return a registration whose second factor is proved and that is not finished.

    Raises:
        NotFound: no such registration, or it has ended.
        NumberNotVerified: neither its number nor an app is proved.
        RegistrationComplete: it is finished, or the person has registered on another way.
    """
    registration = hold(hub, session, registration_id)
    _open_account(session, registration)
    if not has_factor(registration):
        raise NumberNotVerified
    return registration


def has_factor(registration: Registration) -> bool:
    """Tell whether a second factor is proved: the number, or an app."""
    return registration.verified_at is not None or registration.app_confirmed_at is not None


def choose_password(hub: Hub, registration_id: str, *, password: str) -> None:
    """Keep the password that the account will have; another one may be chosen until the end.

    Raises:
        NotFound: no such registration, or it has ended.
        RegistrationComplete: there is an account already.
        PasswordRefused: and why.
    """
    with hub.store.reading() as session:
        account = _open_account(session, require(hub, session, registration_id))
        address = sealed.email_of(hub, account)
    acceptable = passwords.require_acceptable(
        password, hub.limits, personal=passwords.personal_words(address)
    )
    password_hash = hub.hasher.hash(acceptable)
    with hub.store.transaction() as session:
        registration = hold(hub, session, registration_id)
        _open_account(session, registration)
        registration.password_hash = password_hash
        audit.note(
            hub,
            session,
            "registration.password_chosen",
            account_id=registration.account_id,
            registration=registration.id,
        )


def _open_account(session: Session, registration: Registration) -> Account:
    account = session.get_one(Account, registration.account_id, populate_existing=True)
    if account.registered_at is not None:
        raise RegistrationComplete
    return account


def _begin(hub: Hub, session: Session, invitation: Invitation, owner: str) -> Registration:
    now = hub.clock.now()
    tries.hold(hub, session, invitation.account_id, PURPOSE)
    statement = (
        select(Registration)
        .where(
            Registration.session == owner,
            Registration.account_id == invitation.account_id,
            Registration.let_go_at.is_(None),
            Registration.expires_at > now,
        )
        .order_by(Registration.created_at.desc())
        .limit(1)
    )
    registration = session.scalars(statement).one_or_none()
    if registration is None:
        registration = Registration(
            id=new_id(),
            invitation_id=invitation.id,
            account_id=invitation.account_id,
            session=owner,
            created_at=now,
            expires_at=now + hub.limits.registration_lifetime,
        )
        session.add(registration)
        session.flush()
        audit.note(
            hub,
            session,
            "registration.begun",
            account_id=invitation.account_id,
            registration=registration.id,
            invitation=invitation.id,
        )
        log.info("registration.begun", registration=registration.id)
    return registration


def _state(registration: Registration) -> State:
    if registration.completed_at is not None:
        return "complete"
    if has_factor(registration):
        return "verified"
    return "number_needed" if registration.number_sealed is None else "code_needed"


def _end_challenge(hub: Hub, session: Session, registration: Registration) -> None:
    session.execute(
        update(Challenge)
        .where(
            Challenge.account_id == registration.account_id,
            Challenge.purpose == PURPOSE,
            Challenge.session == registration.id,
            Challenge.ended_at.is_(None),
        )
        .values(ended_at=hub.clock.now(), ended_why="superseded")
    )


def _end_links(session: Session, registration_id: str, now: datetime) -> None:
    session.execute(
        update(Link)
        .where(Link.registration_id == registration_id, Link.ended_at.is_(None))
        .values(ended_at=now, ended_why="superseded")
    )
