"""Proving the number of a registration: its code, what became of the text, the link to go on."""

from hub.accounts import audit, registrations, sealed, security_codes, texting
from hub.accounts.errors import (
    CodeExpired,
    HubError,
    NoCodeSent,
    NumberAlreadyVerified,
    NumberNeeded,
)
from hub.accounts.hub import Hub
from hub.store.tables import Registration


def send_code(
    hub: Hub, registration_id: str, *, tried_by: str | None = None
) -> security_codes.Sent:
    """Send a security code to a registration's number; the caller hands the text over.

    Args:
        hub: the hub's parts.
        registration_id: whose.
        tried_by: whose sends are counted besides (`visitors.from_ip`); unset: the conversation's.

    Raises:
        NotFound, NumberNeeded, NumberAlreadyVerified: the registration is not at this step.
        Locked, TooManySends, ResendTooSoon: the limits.
    """
    with hub.store.transaction() as session:
        registration = registrations.hold(hub, session, registration_id)
        return security_codes.send(hub, session, _recipient(hub, registration, tried_by))


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


def send_code_now(hub: Hub, registration_id: str, *, tried_by: str) -> security_codes.Sent:
    """Send a security code and see its text handed over, for a page.

    Raises:
        TextNotAccepted: the text could not be handed over.
        HubError: as `send_code`.
    """
    return texting.deliver(hub, send_code(hub, registration_id, tried_by=tried_by))


def check_code_now(
    hub: Hub, registration_id: str, *, typed: str, tried_by: str
) -> registrations.Progress:
    """Check a typed code, for a page; a new one in the place of an expired one is handed over.

    Raises:
        HubError: as `check_code`.
    """
    try:
        return _check(hub, registration_id, typed)
    except CodeExpired:
        texting.send_new_one(hub, lambda: send_code(hub, registration_id, tried_by=tried_by))


def text_state(hub: Hub, registration_id: str) -> texting.TextState:
    """Return what became of the newest text with a code.

    Raises:
        NotFound: no such registration, or no code was sent.
        TextNotAccepted: the messaging service cannot be asked just now.
    """
    with hub.store.reading() as session:
        registrations.require(hub, session, registration_id)
    return texting.state_of_newest(hub, registration_id)


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


def _recipient(
    hub: Hub, registration: Registration, tried_by: str | None = None
) -> security_codes.Recipient:
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
        tried_by=tried_by or registration.session,
    )
