"""Erasing a person: everything but the record of events, which holds opaque ids only."""

import structlog
from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub.accounts import audit, emails, imports, invitations, sealed
from hub.accounts.errors import NotFound
from hub.accounts.hub import Hub
from hub.store.tables import Account, Guard, Tally

log = structlog.get_logger(__name__)


def erase(hub: Hub, *, email: str, actor: str) -> str:
    """Erase whoever an address belongs to; return the id that the record of events knows.

    Raises:
        EmailNotAccepted: not an address.
        NotFound: nobody was invited with it; a list that waited to invite it will not.
    """
    address = emails.read(email)
    with hub.store.transaction(keep_on=NotFound) as session:
        imports.forget(hub, session, address)
        account = invitations.find_account(hub, session, address)
        if account is None:
            raise NotFound
        account_id = account.id
        erase_account(hub, session, account, actor=actor)
        return account_id


def erase_account(hub: Hub, session: Session, account: Account, *, actor: str) -> None:
    """Erase an account with all that belongs to it, counters by its address included."""
    account_id = account.id
    names = [account_id, *hub.lookup.all_of("email", sealed.email_of(hub, account))]
    for name in names:
        for table in (Guard, Tally):
            session.execute(delete(table).where(table.key.contains(name, autoescape=True)))
    session.execute(delete(Account).where(Account.id == account_id))
    audit.note(hub, session, "account.erased", account_id=account_id, actor=actor)
    log.info("account.erased", account=account_id)
