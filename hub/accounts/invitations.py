"""Asking a person to register, and recognising the invitation when it comes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.accounts import audit, ceilings, emails, invitation_codes, outbox, sealed, times
from hub.accounts.errors import (
    InvitationExpired,
    InvitationNotRecognised,
    RegistrationComplete,
    TooManyRequests,
    TooManyTries,
)
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id, new_token
from hub.store import guards
from hub.store.sealing import hash_token
from hub.store.tables import Account, Invitation, Registration

SUPERSEDED: Final = "superseded"
WITHDRAWN: Final = "withdrawn"
COMPLETED: Final = "completed"
CODE_CEILING: Final = "invitation-code:everyone"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Invited:
    """An invitation that was made; its mail is in the outbox."""

    invitation_id: str
    account_id: str
    expires_at: datetime
    outgoing_id: str


def invite(hub: Hub, *, email: str, actor: str, held: bool = False) -> Invited:
    """Invite a person; an open invitation to the same address ends.

    Args:
        hub: the hub's parts.
        email: as typed.
        actor: who invites, for the record.
        held: the caller hands the mail over itself.

    Raises:
        EmailNotAccepted: not an address.
        RegistrationComplete: the person has registered already. Only council staff are told.
        TooManyRequests: the address was invited too often today.
    """
    address = emails.read(email)
    with hub.store.transaction() as session:
        account = _account_for(hub, session, address)
        if account.registered_at is not None:
            raise RegistrationComplete
        retry_after = _invite_again_in(hub, session, account)
        if retry_after is not None:
            raise TooManyRequests(retry_after)
        return make(hub, session, account, address=address, actor=actor, held=held)


def make(
    hub: Hub, session: Session, account: Account, *, address: str, actor: str, held: bool
) -> Invited:
    """Make an invitation and write its mail; whoever calls has asked whether that may be."""
    now = hub.clock.now()
    end(session, account.id, SUPERSEDED, now)
    token, code = new_token(), invitation_codes.make()
    invitation = Invitation(
        id=new_id(),
        account_id=account.id,
        token_hash=hash_token(token),
        code_lookup=hub.lookup.of("invitation-code", code),
        created_at=now,
        expires_at=now + hub.limits.invitation_lifetime,
    )
    session.add(invitation)
    session.flush()
    guards.record(session, _account_key(account.id), now)
    outgoing_id = outbox.add(
        hub,
        session,
        outbox.MAIL,
        account_id=account.id,
        not_after=invitation.expires_at,
        held=held,
        payload={
            "letter": "invitation",
            "to": address,
            "link": f"{hub.public_url}/register/{token}",
            "code": invitation_codes.show(code),
            "expires": times.for_reading(invitation.expires_at),
        },
    )
    audit.note(
        hub,
        session,
        "invitation.made",
        account_id=account.id,
        actor=actor,
        invitation=invitation.id,
    )
    log.info("invitation.made", invitation=invitation.id, account=account.id)
    return Invited(
        invitation_id=invitation.id,
        account_id=account.id,
        expires_at=invitation.expires_at,
        outgoing_id=outgoing_id,
    )


def renew(hub: Hub, session: Session, address: str) -> None:
    """Invite again where there is an invitation and the limits allow; say nothing either way."""
    account = find_account(hub, session, address)
    if account is None or account.registered_at is not None:
        return
    if open_invitation(session, account.id) is None:
        return
    _hold_account(hub, session, account)
    if _invite_again_in(hub, session, account) is None:
        make(hub, session, account, address=address, actor=audit.PERSON, held=False)


def withdraw(hub: Hub, *, email: str, actor: str) -> bool:
    """End the open invitation to an address; False: there was none."""
    address = emails.read(email)
    with hub.store.transaction() as session:
        account = find_account(hub, session, address)
        if account is None:
            return False
        ended = end(session, account.id, WITHDRAWN, hub.clock.now())
        if ended:
            _let_go_of_registrations(hub, session, account)
            audit.note(hub, session, "invitation.withdrawn", account_id=account.id, actor=actor)
        return ended


def _let_go_of_registrations(hub: Hub, session: Session, account: Account) -> None:
    session.execute(
        update(Registration)
        .where(Registration.account_id == account.id, Registration.let_go_at.is_(None))
        .values(let_go_at=hub.clock.now())
    )


def end(session: Session, account_id: str, why: str, now: datetime) -> bool:
    """End an account's open invitation; tell whether there was one."""
    ended = session.scalars(
        update(Invitation)
        .where(Invitation.account_id == account_id, Invitation.ended_at.is_(None))
        .values(ended_at=now, ended_why=why)
        .returning(Invitation.id)
    ).all()
    return bool(ended)


def find_account(hub: Hub, session: Session, address: str) -> Account | None:
    """Return the account of an address."""
    lookups = hub.lookup.all_of("email", address)
    return session.scalars(select(Account).where(Account.email_lookup.in_(lookups))).one_or_none()


def open_invitation(session: Session, account_id: str) -> Invitation | None:
    """Return an account's invitation that has not ended, though it may have expired."""
    statement = select(Invitation).where(
        Invitation.account_id == account_id, Invitation.ended_at.is_(None)
    )
    return session.scalars(statement).one_or_none()


def by_token(hub: Hub, session: Session, token: str) -> Invitation:
    """Return the invitation that a link belongs to.

    Raises:
        InvitationRejected: it does not work, or no longer.
    """
    statement = select(Invitation).where(Invitation.token_hash == hash_token(token))
    return _require_usable(session.scalars(statement).one_or_none(), hub.clock.now())


def by_code(hub: Hub, session: Session, typed: str, *, tried_by: str) -> Invitation:
    """Return the invitation that a typed code belongs to; wrong codes are counted.

    The count is part of the transaction, which must therefore keep what it wrote on `HubError`.

    Args:
        hub: the hub's parts.
        session: the transaction.
        typed: as typed, with or without its hyphen.
        tried_by: whose tries are counted: a conversation's id, or `ip:<keyed hash>`.

    Raises:
        InvitationRejected: it does not work, or no longer.
        TooManyTries: too many wrong ones; this one was not looked at.
    """
    code = invitation_codes.read(typed)
    if code is None:
        raise InvitationNotRecognised
    now = hub.clock.now()
    key = f"invitation-code:by:{tried_by}"
    guards.hold(session, (key, CODE_CEILING), now)
    retry_after = _code_again_in(hub, session, key)
    if retry_after is not None:
        raise TooManyTries(retry_after)
    lookups = hub.lookup.all_of("invitation-code", code)
    invitation = session.scalars(
        select(Invitation).where(Invitation.code_lookup.in_(lookups))
    ).one_or_none()
    if invitation is None or invitation.ended_why == WITHDRAWN:
        guards.record(session, key, now)
        guards.record(session, CODE_CEILING, now)
        audit.note(hub, session, "invitation.code_wrong", account_id=None)
    return _require_usable(invitation, now)


def _require_usable(invitation: Invitation | None, now: datetime) -> Invitation:
    if invitation is None or invitation.ended_why == WITHDRAWN:
        raise InvitationNotRecognised
    if invitation.ended_why == COMPLETED:
        raise RegistrationComplete
    if invitation.ended_at is not None or invitation.expires_at <= now:
        raise InvitationExpired
    return invitation


def _code_again_in(hub: Hub, session: Session, key: str) -> timedelta | None:
    now, limits = hub.clock.now(), hub.limits
    waits = []
    for limit, window in (
        (limits.invitation_code_tries, limits.invitation_code_tries_window),
        (limits.invitation_code_tries_per_day, limits.invitation_code_tries_day),
    ):
        free = guards.free_again(session, key, limit=limit, window=window, now=now)
        if free is not None:
            waits.append(free - now)
    if waits:
        return max(waits)
    return ceilings.room_again_in(
        hub,
        session,
        CODE_CEILING,
        limit=limits.invitation_code_ceiling,
        window=limits.invitation_code_ceiling_window,
    )


def _account_key(account_id: str) -> str:
    return f"invitation:{account_id}"


def _hold_account(hub: Hub, session: Session, account: Account) -> None:
    guards.hold(session, (_account_key(account.id),), hub.clock.now())


def _invite_again_in(hub: Hub, session: Session, account: Account) -> timedelta | None:
    now = hub.clock.now()
    free = guards.free_again(
        session,
        _account_key(account.id),
        limit=hub.limits.invitations_per_address,
        window=hub.limits.invitations_per_address_window,
        now=now,
    )
    return None if free is None else free - now


def _account_for(hub: Hub, session: Session, address: str) -> Account:
    """Return the account of an address, made where there is none, and held."""
    lookup = hub.lookup.of("email", address)
    guards.hold(session, (f"address:{lookup}",), hub.clock.now())
    account = find_account(hub, session, address)
    if account is None:
        account_id = new_id()
        account = Account(
            id=account_id,
            email_sealed=hub.sealer.seal(sealed.email_place(account_id), address),
            email_lookup=lookup,
            created_at=hub.clock.now(),
        )
        session.add(account)
        session.flush()
    _hold_account(hub, session, account)
    return account
