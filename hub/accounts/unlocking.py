"""Lifting locks by hand, by an operator who knows to whom they speak."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub.accounts import audit, emails, invitations, password_check
from hub.accounts.errors import NotFound
from hub.accounts.hub import Hub
from hub.store.tables import Account, Guard, Tally


def unlock(hub: Hub, *, email: str, actor: str) -> str:
    """Lift every lock of codes and passwords of an account; return its id.

    Raises:
        EmailNotAccepted: not an address.
        NotFound: nobody was invited with it.
    """
    address = emails.read(email)
    with hub.store.transaction() as session:
        account = invitations.find_account(hub, session, address)
        if account is None:
            raise NotFound
        _forget_codes(session, account)
        password_check.forget_tries(hub, session, account)
        audit.note(hub, session, "account.unlocked", account_id=account.id, actor=actor)
        return account.id


def _forget_codes(session: Session, account: Account) -> None:
    """Delete what was counted of wrong codes; sends stay counted."""
    for table in (Guard, Tally):
        session.execute(delete(table).where(table.key.startswith(f"code:{account.id}:")))
