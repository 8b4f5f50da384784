"""When every second factor is lost: the helpdesk calls back, a second officer agrees, a day passes.

Then the account goes back to before its registration: its factors, password and sessions are gone,
its records stay, and a new invitation is mailed. No officer ever sees or sets a code or password,
and a person who can still sign in ends the request by doing so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.accounts import (
    audit,
    authenticators,
    invitations,
    notices,
    outbox,
    recovery_codes,
    sealed,
    sessions,
    times,
)
from hub.accounts.errors import CallBackNeeded, NotFound, NumberNotShown, SecondOfficerNeeded
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id
from hub.store import guards
from hub.store.tables import Account, FactorReset, Invitation, Registration, SignIn

DONE: Final = "done"
REFUSED: Final = "refused"
NOT_NEEDED: Final = "not_needed"

State = Literal["call_back_needed", "approval_needed", "held", "done", "refused", "not_needed"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reset:
    """How far a request has come."""

    reset_id: str
    account_id: str
    state: State
    asked_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CallBack:
    """Whom to call; shown to an officer, and that it was shown is on record."""

    number: str | None
    """The proved mobile number; None: only the case record has one."""
    email: str


def ask(hub: Hub, session: Session, address: str) -> None:
    """Ask for help with an address that has registered; say nothing either way."""
    account = invitations.find_account(hub, session, address)
    if account is not None and account.registered_at is not None:
        begin(hub, session, account)


def waiting(hub: Hub) -> list[Reset]:
    """Return the requests that have not ended, oldest first."""
    with hub.store.reading() as session:
        statement = (
            select(FactorReset)
            .where(FactorReset.ended_at.is_(None))
            .order_by(FactorReset.created_at, FactorReset.id)
        )
        return [_shown(reset) for reset in session.scalars(statement)]


def show(hub: Hub, reset_id: str) -> Reset:
    """Return a request.

    Raises:
        NotFound: there is none of this id.
    """
    with hub.store.reading() as session:
        reset = session.get(FactorReset, reset_id, populate_existing=True)
        if reset is None:
            raise NotFound
        return _shown(reset)


def whom_to_call(hub: Hub, reset_id: str, *, officer: str) -> CallBack:
    """Show an officer the number on file; never one that a caller gave.

    Raises:
        NotFound: no open request of this id.
    """
    with hub.store.transaction() as session:
        reset = _hold(hub, session, reset_id)
        account = session.get_one(Account, reset.account_id)
        reset.number_shown_at, reset.number_shown_to = hub.clock.now(), officer
        _record(hub, session, reset, "factor_reset.number_shown", actor=officer)
        return CallBack(number=sealed.number_of(hub, account), email=sealed.email_of(hub, account))


def called_back(hub: Hub, reset_id: str, *, officer: str) -> Reset:
    """Put on record that the person was called back and recognised.

    Raises:
        NotFound: no open request of this id.
        NumberNotShown: the officer who was last shown the number on file is another, or nobody.
    """
    with hub.store.transaction() as session:
        reset = _hold(hub, session, reset_id)
        if reset.number_shown_to is None or not _is_same(reset.number_shown_to, officer):
            raise NumberNotShown
        if reset.approved_at is None:
            reset.called_back_at, reset.called_back_by = hub.clock.now(), officer
            _record(hub, session, reset, "factor_reset.called_back", actor=officer)
        return _shown(reset)


def approve(hub: Hub, reset_id: str, *, officer: str) -> Reset:
    """Agree as the second officer; the hold begins and the person is told in every way.

    Raises:
        NotFound: no open request of this id.
        CallBackNeeded: nobody has called back.
        SecondOfficerNeeded: this officer did.
    """
    with hub.store.transaction() as session:
        reset = _hold(hub, session, reset_id)
        if reset.called_back_by is None:
            raise CallBackNeeded
        if _is_same(reset.called_back_by, officer):
            raise SecondOfficerNeeded
        if reset.approved_at is None:
            now = hub.clock.now()
            reset.approved_at, reset.approved_by = now, officer
            reset.due_at = now + hub.limits.factor_reset_hold
            account = session.get_one(Account, reset.account_id)
            notices.changed(
                hub,
                session,
                account,
                notices.RESET_APPROVED,
                detail="They will be removed at "
                f"{times.for_reading(reset.due_at)}. Then you can set them up again.",
            )
            _record(hub, session, reset, "factor_reset.approved", actor=officer)
        return _shown(reset)


def refuse(hub: Hub, reset_id: str, *, officer: str) -> Reset:
    """End a request without doing what it asks.

    Raises:
        NotFound: no open request of this id.
    """
    with hub.store.transaction() as session:
        reset = _hold(hub, session, reset_id)
        _end(hub, session, reset, REFUSED, actor=officer)
        return _shown(reset)


def end_not_needed(hub: Hub, session: Session, account_id: str) -> None:
    """End an account's request: a second factor was given, so it is not lost."""
    reset = session.scalars(
        select(FactorReset).where(
            FactorReset.account_id == account_id, FactorReset.ended_at.is_(None)
        )
    ).one_or_none()
    if reset is not None:
        _end(hub, session, reset, NOT_NEEDED, actor=audit.PERSON)


def carry_out_due(hub: Hub) -> int:
    """Do what was approved and whose hold is over; return how many."""
    with hub.store.reading() as session:
        statement = select(FactorReset.id).where(
            FactorReset.ended_at.is_(None), FactorReset.due_at <= hub.clock.now()
        )
        due = list(session.scalars(statement))
    for reset_id in due:
        _carry_out(hub, reset_id)
    return len(due)


def _carry_out(hub: Hub, reset_id: str) -> None:
    with hub.store.transaction() as session:
        try:
            reset = _hold(hub, session, reset_id)
        except NotFound:
            return  # ended a moment ago
        account = session.get_one(Account, reset.account_id, populate_existing=True)
        notices.text(hub, session, account, notices.RESET_DONE)
        _forget_registration(hub, session, account)
        _end(hub, session, reset, DONE, actor=audit.HUB)
        invitations.make(
            hub,
            session,
            account,
            address=sealed.email_of(hub, account),
            actor=audit.HUB,
            held=False,
        )


def _forget_registration(hub: Hub, session: Session, account: Account) -> None:
    authenticators.end(hub, session, account.id, why=authenticators.REMOVED)
    recovery_codes.end_all(hub, session, account.id, why=recovery_codes.REPLACED)
    sessions.end_all(hub, session, account.id)
    session.execute(
        update(SignIn)
        .where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
        .values(ended_at=hub.clock.now())
    )
    session.execute(
        update(Registration)
        .where(Registration.account_id == account.id, Registration.let_go_at.is_(None))
        .values(let_go_at=hub.clock.now())
    )
    session.execute(
        update(Invitation)
        .where(Invitation.account_id == account.id, Invitation.ended_why == invitations.COMPLETED)
        .values(ended_why=invitations.SUPERSEDED)
    )
    account.number_sealed = account.number_lookup = account.number_verified_at = None
    account.password_hash = account.password_set_at = account.registered_at = None
    session.flush()


def begin(hub: Hub, session: Session, account: Account) -> None:
    """Begin a request for an account, unless there is one."""
    now = hub.clock.now()
    guards.hold(session, (_key(account.id),), now)
    already = session.scalars(
        select(FactorReset.id).where(
            FactorReset.account_id == account.id, FactorReset.ended_at.is_(None)
        )
    ).one_or_none()
    if already is not None:
        return
    reset = FactorReset(id=new_id(), account_id=account.id, created_at=now)
    session.add(reset)
    session.flush()
    notices.mail(hub, session, account, "factor_reset_asked")
    _tell_helpdesk(hub, session, reset)
    audit.note(hub, session, "factor_reset.asked", account_id=account.id, reset=reset.id)
    log.warning("factor_reset.asked", reset=reset.id)


def _tell_helpdesk(hub: Hub, session: Session, reset: FactorReset) -> None:
    """Mail the helpdesk that someone waits: by the request's id alone, no word on whom."""
    address = hub.contact.get("email")
    if address is None:
        log.error("factor_reset.helpdesk_has_no_address", reset=reset.id, so="set CONTACT_EMAIL")
        return
    outbox.add(
        hub,
        session,
        outbox.MAIL,
        account_id=reset.account_id,
        payload={
            "letter": "helpdesk_factor_reset",
            "to": address,
            "reference": reset.id,
            "when": times.for_reading(reset.created_at),
        },
    )


def _is_same(officer: str, other: str) -> bool:
    return officer.casefold() == other.casefold()


def _hold(hub: Hub, session: Session, reset_id: str) -> FactorReset:
    found = session.get(FactorReset, reset_id)
    if found is None:
        raise NotFound
    guards.hold(session, (_key(found.account_id),), hub.clock.now())
    reset = session.get_one(FactorReset, reset_id, populate_existing=True)
    if reset.ended_at is not None:
        raise NotFound
    return reset


def _key(account_id: str) -> str:
    return f"factor-reset:{account_id}"


def _end(hub: Hub, session: Session, reset: FactorReset, why: str, *, actor: str) -> None:
    reset.ended_at, reset.ended_why = hub.clock.now(), why
    _record(hub, session, reset, f"factor_reset.{why}", actor=actor)
    log.info("factor_reset.ended", reset=reset.id, why=why)


def _record(hub: Hub, session: Session, reset: FactorReset, event: str, *, actor: str) -> None:
    audit.note(
        hub,
        session,
        event,
        account_id=reset.account_id,
        actor=actor,
        reset=reset.id,
    )


def _shown(reset: FactorReset) -> Reset:
    state: State = "call_back_needed"
    if reset.ended_why == DONE:
        state = "done"
    elif reset.ended_why == REFUSED:
        state = "refused"
    elif reset.ended_why == NOT_NEEDED:
        state = "not_needed"
    elif reset.approved_at is not None:
        state = "held"
    elif reset.called_back_at is not None:
        state = "approval_needed"
    return Reset(
        reset_id=reset.id,
        account_id=reset.account_id,
        state=state,
        asked_at=reset.created_at,
        due_at=reset.due_at,
    )
