"""Proving the number of a registration: its code, what became of the text, the link to go on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clients.errors import ClientError
from hub.accounts import audit, registrations, sealed, security_codes
from hub.accounts.errors import (
    CodeExpired,
    HubError,
    Limited,
    NoCodeSent,
    NotFound,
    NumberAlreadyVerified,
    NumberNeeded,
    TextNotAccepted,
)
from hub.accounts.hub import Hub
from hub.accounts.sends import Allowance
from hub.store.tables import Challenge, Outgoing, Registration


@dataclass(frozen=True, kw_only=True)
class TextState:
    """What became of the newest text with a code, as the messaging service tells it."""

    challenge_id: str
    state: str
    reason: str | None
    sent_at: datetime
    resend_after_s: int
    expires_at: datetime


def send_code(hub: Hub, registration_id: str) -> security_codes.Sent:
    """Send a security code to a registration's number; the caller hands the text over.

    Raises:
        NotFound, NumberNeeded, NumberAlreadyVerified: the registration is not at this step.
        Locked, TooManySends, ResendTooSoon: the limits.
    """
    with hub.store.transaction() as session:
        registration = registrations.hold(hub, session, registration_id)
        return security_codes.send(hub, session, _recipient(hub, registration))


def check_code(hub: Hub, registration_id: str, *, typed: str) -> registrations.Progress:
    """Check a typed code; right, it proves the number.

    Args:
        hub: the hub's parts.
        registration_id: whose.
        typed: as received; spaces, dashes and words around the digits are passed over.

    Raises:
        CodeRejected: it did not count, and why. `CodeExpired` names the text with a new code, which
            the caller hands over.
        Locked: too many wrong codes.
        NotFound, NumberAlreadyVerified: the registration is not at this step.
    """
    try:
        return _check(hub, registration_id, typed)
    except CodeExpired:
        pass
    try:
        sent = send_code(hub, registration_id)
    except HubError:
        raise CodeExpired from None
    raise CodeExpired(outgoing_id=sent.outgoing_id)


def text_state(hub: Hub, registration_id: str) -> TextState:
    """Return what became of the newest text with a code.

    Raises:
        NotFound: no such registration, or no code was sent.
        TextNotAccepted: the messaging service cannot be asked just now.
    """
    with hub.store.transaction() as session:
        registration = registrations.require(hub, session, registration_id)
        newest = _newest_text(session, registration)
        if newest is None:
            raise NotFound
        outgoing, challenge = newest
        cooldown = _allowance(hub, session, registration).cooldown()
    state, reason = _carrier_state(hub, outgoing)
    return TextState(
        challenge_id=challenge.id,
        state=state,
        reason=reason,
        sent_at=outgoing.created_at,
        resend_after_s=0 if not cooldown else Limited(cooldown).retry_after_s,
        expires_at=challenge.expires_at,
    )


def _check(hub: Hub, registration_id: str, typed: str) -> registrations.Progress:
    with hub.store.transaction(keep_on=HubError) as session:
        registration = registrations.hold(hub, session, registration_id)
        if registration.number_sealed is None:
            raise NoCodeSent
        security_codes.check(hub, session, _recipient(hub, registration), typed=typed)
        registration.verified_at = hub.clock.now()
        audit.note(
            hub,
            session,
            "registration.number_verified",
            account_id=registration.account_id,
            registration=registration.id,
        )
        return registrations.shown(hub, registration)


def _recipient(hub: Hub, registration: Registration) -> security_codes.Recipient:
    if registration.verified_at is not None:
        raise NumberAlreadyVerified
    number = sealed.registration_number(hub, registration)
    if number is None or registration.number_lookup is None:
        raise NumberNeeded
    return security_codes.Recipient(
        account_id=registration.account_id,
        purpose=registrations.PURPOSE,
        session=registration.id,
        number=number,
        number_lookup=registration.number_lookup,
        tried_by=registration.session,
    )


def _allowance(hub: Hub, session: Session, registration: Registration) -> Allowance:
    assert registration.number_lookup is not None
    return Allowance(
        hub,
        session,
        account_id=registration.account_id,
        purpose=registrations.PURPOSE,
        number_lookup=registration.number_lookup,
        tried_by=registration.session,
    )


def _newest_text(session: Session, registration: Registration) -> tuple[Outgoing, Challenge] | None:
    statement = (
        select(Outgoing, Challenge)
        .join(Challenge, Challenge.id == Outgoing.challenge_id)
        .where(Challenge.session == registration.id)
        .order_by(Outgoing.created_at.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else (row[0], row[1])


def _carrier_state(hub: Hub, outgoing: Outgoing) -> tuple[str, str | None]:
    if outgoing.text_id is None:
        if outgoing.outcome is None:
            return "created", None
        return "failed", "expired" if outgoing.outcome == "too_late" else "unknown"
    try:
        return hub.texts.state(outgoing.text_id)
    except ClientError as exc:
        raise TextNotAccepted from exc
