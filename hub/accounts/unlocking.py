"""Lifting locks by hand, by an operator who knows to whom they speak."""

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from hub.accounts import audit, emails, invitations
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
        forget_counters(session, account)
        audit.note(hub, session, "account.unlocked", account_id=account.id, actor=actor)
        return account.id


def forget_counters(session: Session, account: Account) -> None:
    """Delete what was counted of wrong codes and passwords; sends stay counted."""
    password = f"password:{account.email_lookup}"
    for table in (Guard, Tally):
        session.execute(
            delete(table).where(
                or_(table.key.startswith(f"code:{account.id}:"), table.key == password)
            )
        )
