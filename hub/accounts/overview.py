"""What an operator may see of an account: how far it has come, and nothing personal."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from hub.accounts import emails, invitations, tries
from hub.accounts.hub import Hub
from hub.accounts.registrations import PURPOSE
from hub.store.tables import Guard, Invitation


@dataclass(frozen=True, kw_only=True)
class Overview:
    """How far an account has come; times are RFC 3339."""

    account_id: str
    state: str
    """`invited`, `invitation_expired`, `not_invited` or `registered`."""
    invited_at: str | None
    invitation_expires_at: str | None
    registered_at: str | None
    number_verified: bool
    codes_locked_until: str | None
    needs_help: bool

    def facts(self) -> dict[str, Any]:
        """Return the facts by name."""
        return asdict(self)


def of_address(hub: Hub, email: str) -> Overview | None:
    """Return the overview of an address; None: nobody was invited with it.

    Raises:
        EmailNotAccepted: not an address.
    """
    address = emails.read(email)
    now = hub.clock.now()
    with hub.store.transaction() as session:
        account = invitations.find_account(hub, session, address)
        if account is None:
            return None
        newest = session.scalars(
            select(Invitation)
            .where(Invitation.account_id == account.id)
            .order_by(Invitation.created_at.desc())
            .limit(1)
        ).one_or_none()
        guard = session.get(Guard, tries.key_of(account.id, PURPOSE))
    if account.registered_at is not None:
        state = "registered"
    elif newest is None or newest.ended_at is not None:
        state = "not_invited"
    else:
        state = "invited" if newest.expires_at > now else "invitation_expired"
    locked_until = guard.locked_until if guard is not None else None
    return Overview(
        account_id=account.id,
        state=state,
        invited_at=newest.created_at.isoformat() if newest else None,
        invitation_expires_at=newest.expires_at.isoformat() if newest else None,
        registered_at=account.registered_at.isoformat() if account.registered_at else None,
        number_verified=account.number_verified_at is not None,
        codes_locked_until=(
            locked_until.isoformat() if locked_until is not None and locked_until > now else None
        ),
        needs_help=guard is not None and guard.off_at is not None,
    )
