"""Proving an authenticator app in a registration, in the place of a number or besides."""

from sqlalchemy.orm import Session

from hub.accounts import audit, authenticators, registrations
from hub.accounts.errors import HubError, RegistrationComplete
from hub.accounts.hub import Hub
from hub.store.tables import Account, Registration


def enrol(hub: Hub, registration_id: str) -> authenticators.Enrolment:
    """Begin to set an app up; asked again in time, the same QR code is shown.

    Raises:
        NotFound: no such registration, or it has ended.
        RegistrationComplete: there is an account already.
    """
    with hub.store.transaction() as session:
        registration = _hold(hub, session, registration_id)
        return authenticators.enrol(hub, session, _owner(registration))


def confirm(hub: Hub, registration_id: str, *, typed: str) -> registrations.Progress:
    """Check the app's first code; right, the second factor is proved.

    Raises:
        NotFound: no such registration, or it has ended.
        RegistrationComplete: there is an account already.
        EnrolmentOver: no app waits for its first code here.
        CodeRejected: the code did not count, and why.
        Locked: too many wrong codes.
    """
    with hub.store.transaction(keep_on=HubError) as session:
        registration = _hold(hub, session, registration_id)
        authenticators.confirm(hub, session, _owner(registration), typed=typed)
        registration.app_confirmed_at = hub.clock.now()
        audit.note(
            hub,
            session,
            "registration.app_confirmed",
            account_id=registration.account_id,
            registration=registration.id,
        )
        return registrations.shown(hub, registration)


def _hold(hub: Hub, session: Session, registration_id: str) -> Registration:
    registration = registrations.hold(hub, session, registration_id)
    account = session.get_one(Account, registration.account_id, populate_existing=True)
    if account.registered_at is not None:
        raise RegistrationComplete
    return registration


def _owner(registration: Registration) -> authenticators.Owner:
    return authenticators.Owner(
        account_id=registration.account_id,
        purpose=registrations.PURPOSE,
        session=registration.id,
    )
