"""All that the owner of a registration may know of where it stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from hub.accounts import registrations, tries
from hub.accounts.hub import Hub
from hub.accounts.registrations import Progress
from hub.store.tables import Guard, Invitation


@dataclass(frozen=True, kw_only=True)
class Status:
    """Where a registration stands."""

    progress: Progress
    invitation_expires_at: datetime
    locked_for: timedelta | None
    needs_help: bool
    """Time alone does not lift the lock."""


def of_registration(hub: Hub, registration_id: str) -> Status:
    """Return where a registration stands.

    Whoever has its id gave the invitation's code, so nobody else learns of the account.

    Raises:
        NotFound: no such registration, or it has ended.
    """
    now = hub.clock.now()
    with hub.store.transaction() as session:
        registration = registrations.require(hub, session, registration_id)
        invitation = session.scalars(
            select(Invitation).where(Invitation.id == registration.invitation_id)
        ).one()
        key = tries.key_of(registration.account_id, registrations.PURPOSE)
        guard = session.get(Guard, key, populate_existing=True)
        locked_for = None
        if guard is not None and guard.off_at is not None:
            locked_for = tries.UNTIL_HELP
        elif guard is not None and guard.locked_until is not None and guard.locked_until > now:
            locked_for = guard.locked_until - now
        return Status(
            progress=registrations.shown(hub, registration),
            invitation_expires_at=invitation.expires_at,
            locked_for=locked_for,
            needs_help=guard is not None and guard.off_at is not None,
        )
