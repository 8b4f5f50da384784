"""What an operator may see of an account: how far it has come, and nothing personal."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from hub.accounts import authenticators, emails, invitations, recovery_codes
from hub.accounts.hub import Hub
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
    has_app: bool
    recovery_codes_left: int
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
    with hub.store.reading() as session:
        account = invitations.find_account(hub, session, address)
        if account is None:
            return None
        newest = session.scalars(
            select(Invitation)
            .where(Invitation.account_id == account.id)
            .order_by(Invitation.created_at.desc())
            .limit(1)
        ).one_or_none()
        guards = session.scalars(
            select(Guard).where(Guard.key.startswith(f"code:{account.id}:"))
        ).all()
        has_app = authenticators.in_use(session, account.id) is not None
        codes_left = recovery_codes.left(session, account.id)
    if account.registered_at is not None:
        state = "registered"
    elif newest is None or newest.ended_at is not None:
        state = "not_invited"
    else:
        state = "invited" if newest.expires_at > now else "invitation_expired"
    locks = [guard.locked_until for guard in guards if guard.locked_until is not None]
    locked_until = max((lock for lock in locks if lock > now), default=None)
    return Overview(
        account_id=account.id,
        state=state,
        invited_at=newest.created_at.isoformat() if newest else None,
        invitation_expires_at=newest.expires_at.isoformat() if newest else None,
        registered_at=account.registered_at.isoformat() if account.registered_at else None,
        number_verified=account.number_verified_at is not None,
        has_app=has_app,
        recovery_codes_left=codes_left,
        codes_locked_until=None if locked_until is None else locked_until.isoformat(),
        needs_help=any(guard.off_at is not None for guard in guards),
    )
