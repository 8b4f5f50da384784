"""Telling people what has happened to their account, by mail and by text."""

from sqlalchemy.orm import Session

from hub.accounts import outbox, sealed, times
from hub.accounts.hub import Hub
from hub.store.tables import Account


def mail(hub: Hub, session: Session, account: Account, letter: str, **values: str) -> str:
    """Write a mail to an account's address and return its id in the outbox.

    Args:
        hub: the hub's parts.
        session: the transaction that the mail tells of.
        account: to whom.
        letter: which of `hub/content/mails`.
        values: what stands in it besides the time.
    """
    return outbox.add(
        hub,
        session,
        outbox.MAIL,
        account_id=account.id,
        payload={
            "letter": letter,
            "to": sealed.email_of(hub, account),
            "when": times.for_reading(hub.clock.now()),
            **values,
        },
    )
