"""Single-use links to pages; opening one changes nothing, using one ends it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.accounts.errors import LinkRejected
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id, new_token
from hub.store.sealing import hash_token
from hub.store.tables import Link

CONTINUE: Final = "continue"
RESET: Final = "reset"


@dataclass(frozen=True, kw_only=True)
class Made:
    """A new link; its token is not kept."""

    token: str
    expires_at: datetime


def make(
    hub: Hub,
    session: Session,
    kind: str,
    *,
    account_id: str,
    lifetime: timedelta,
    registration_id: str | None = None,
) -> Made:
    """Make a link; an older one of its kind for the account ends."""
    now = hub.clock.now()
    end_all(session, account_id, kind, why="superseded", now=now)
    token = new_token()
    link = Link(
        id=new_id(),
        account_id=account_id,
        kind=kind,
        registration_id=registration_id,
        token_hash=hash_token(token),
        created_at=now,
        expires_at=now + lifetime,
    )
    session.add(link)
    session.flush()
    return Made(token=token, expires_at=link.expires_at)


def find(hub: Hub, session: Session, kind: str, token: str) -> Link:
    """Return the live link of a token.

    Raises:
        LinkRejected: used, expired, replaced or never ours.
    """
    statement = select(Link).where(
        Link.token_hash == hash_token(token),
        Link.kind == kind,
        Link.ended_at.is_(None),
        Link.expires_at > hub.clock.now(),
    )
    link = session.scalars(statement).one_or_none()
    if link is None:
        raise LinkRejected
    return link


def use(hub: Hub, session: Session, kind: str, token: str) -> Link:
    """End a live link as used and return it; of two at once, one gets it.

    Raises:
        LinkRejected: used, expired, replaced or never ours.
    """
    now = hub.clock.now()
    statement = (
        update(Link)
        .where(
            Link.token_hash == hash_token(token),
            Link.kind == kind,
            Link.ended_at.is_(None),
            Link.expires_at > now,
        )
        .values(ended_at=now, ended_why="used")
        .returning(Link)
    )
    link = session.scalars(statement).one_or_none()
    if link is None:
        raise LinkRejected
    return link


def end_all(session: Session, account_id: str, kind: str, *, why: str, now: datetime) -> None:
    """End an account's live links of a kind."""
    session.execute(
        update(Link)
        .where(Link.account_id == account_id, Link.kind == kind, Link.ended_at.is_(None))
        .values(ended_at=now, ended_why=why)
    )
