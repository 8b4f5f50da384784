"""Resetting a forgotten password: the link, by mail, to people who have registered."""

from sqlalchemy.orm import Session

from hub.accounts import audit, invitations, links, notices
from hub.accounts.hub import Hub
from hub.accounts.times import for_reading

PATH = "/reset-password/"
"""Where a page takes the token of a reset link."""


def send_link(hub: Hub, session: Session, address: str) -> None:
    """Mail a reset link where the address has registered; say nothing either way."""
    account = invitations.find_account(hub, session, address)
    if account is None or account.registered_at is None:
        return
    made = links.make(
        hub,
        session,
        links.RESET,
        account_id=account.id,
        lifetime=hub.limits.reset_link_lifetime,
    )
    notices.mail(
        hub,
        session,
        account,
        "password_reset",
        link=f"{hub.public_url}{PATH}{made.token}",
        expires=for_reading(made.expires_at),
    )
    audit.note(hub, session, "password.reset_asked", account_id=account.id)
