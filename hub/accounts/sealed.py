"""The values that are kept sealed, each with the place that it is sealed for."""

from hub.accounts.hub import Hub
from hub.store.tables import Account, Authenticator, Registration


def email_place(account_id: str) -> str:
    """Return where an account's address is sealed for."""
    return f"accounts.email:{account_id}"


def account_number_place(account_id: str) -> str:
    """Return where an account's number is sealed for."""
    return f"accounts.number:{account_id}"


def registration_number_place(registration_id: str) -> str:
    """Return where a registration's number is sealed for."""
    return f"registrations.number:{registration_id}"


def email_of(hub: Hub, account: Account) -> str:
    """Return an account's address."""
    return hub.sealer.unseal(email_place(account.id), account.email_sealed)


def number_of(hub: Hub, account: Account) -> str | None:
    """Return an account's proved number, if it has one."""
    if account.number_sealed is None:
        return None
    return hub.sealer.unseal(account_number_place(account.id), account.number_sealed)


def registration_number(hub: Hub, registration: Registration) -> str | None:
    """Return the number given in a registration, if one was."""
    if registration.number_sealed is None:
        return None
    place = registration_number_place(registration.id)
    return hub.sealer.unseal(place, registration.number_sealed)


def secret_place(authenticator_id: str) -> str:
    """Return where an authenticator app's secret is sealed for."""
    return f"authenticators.secret:{authenticator_id}"


def secret_of(hub: Hub, authenticator: Authenticator) -> str:
    """Return the secret that an app and the hub share."""
    return hub.sealer.unseal(secret_place(authenticator.id), authenticator.secret_sealed)


def answer_place(key: str) -> str:
    """Return where the answer to an idempotency key is sealed for."""
    return f"kept_answers.answer:{key}"
