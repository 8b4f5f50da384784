"""Choosing another password while signed in."""

import structlog

from hub.accounts import audit, password_check, password_reset, passwords, sealed, sessions
from hub.accounts.hub import Hub
from hub.accounts.sessions import SignedIn
from hub.store.tables import Account

log = structlog.get_logger(__name__)


def change(hub: Hub, signed_in: SignedIn, *, current: str, password: str) -> None:
    """Set another password, sign every other browser out, and say so by mail and text.

    Raises:
        SignInRejected: the current password is wrong.
        TooManyTries: too many wrong ones.
        PasswordRefused: why the new one cannot be chosen.
    """
    with hub.store.reading() as session:
        account = session.get_one(Account, signed_in.account_id)
        address = sealed.email_of(hub, account)
    password_check.require_right(hub, account=account, address=address, password=current)
    acceptable = passwords.require_acceptable(
        password, hub.limits, personal=passwords.personal_words(address)
    )
    password_hash = hub.hasher.hash(acceptable)
    with hub.store.transaction() as session:
        account = session.get_one(Account, signed_in.account_id, populate_existing=True)
        password_reset.set_password(hub, session, account, password_hash)
        sessions.end_all(hub, session, account.id, but=signed_in.session_id)
        audit.note(hub, session, "password.changed", account_id=account.id)
    log.info("password.changed", account=signed_in.account_id)
