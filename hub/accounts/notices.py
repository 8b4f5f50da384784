"""Telling people what has happened to their account, by mail and by text.

What happened is told where the person who did it may not be reading: a change of number to the old
number and by mail, a change by mail also by text.
"""

from typing import Final

from sqlalchemy.orm import Session

from hub.accounts import outbox, sealed, times
from hub.accounts.hub import Hub
from hub.store.tables import Account

APP_ADDED: Final = "An authenticator app was set up for your EHC Hub account"
APP_REMOVED: Final = "The authenticator app was removed from your EHC Hub account"
NUMBER_CHANGED: Final = "The mobile number of your EHC Hub account was changed"
NUMBER_REMOVED: Final = "The mobile number was removed from your EHC Hub account"
PASSWORD_CHANGED: Final = "The password of your EHC Hub account was changed"  # noqa: S105 - a sentence
CODES_MADE: Final = "New recovery codes were made for your EHC Hub account"
CODE_USED: Final = "A recovery code of your EHC Hub account was used"
RESET_APPROVED: Final = "The helpdesk approved removing your EHC Hub security settings"
RESET_DONE: Final = "Your EHC Hub security settings were removed"


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


def text(hub: Hub, session: Session, account: Account, what: str) -> None:
    """Text a sentence to an account's number, where it has one: one segment, plain characters."""
    number = sealed.number_of(hub, account)
    if number is None:
        return
    body = f"{what}. If this was not you, contact the EHC Hub helpdesk."
    outbox.add(
        hub,
        session,
        outbox.TEXT,
        account_id=account.id,
        payload={"to": number, "body": body},
    )


def changed(hub: Hub, session: Session, account: Account, what: str, *, detail: str = "") -> None:
    """Tell of a change by mail and by text; called while the account still has the old number."""
    mail(hub, session, account, "security_notice", what=what, detail=detail)
    text(hub, session, account, what)


def recovery_codes_made(hub: Hub, session: Session, account: Account) -> None:
    """Tell that an account's recovery codes were made anew."""
    changed(hub, session, account, CODES_MADE, detail="The former codes no longer work.")


def recovery_code_used(hub: Hub, session: Session, account: Account, *, left: int) -> None:
    """Tell that a recovery code was used, and when it is time for new ones."""
    detail = f"You have {left} recovery code{'' if left == 1 else 's'} left."
    if left <= hub.limits.recovery_codes_low:
        detail += " Make new ones in your security settings."
    changed(hub, session, account, CODE_USED, detail=detail)
