"""Browsers that are signed in."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.accounts import audit
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id, new_token
from hub.store import tables
from hub.store.sealing import hash_token
from hub.store.tables import Account


@dataclass(frozen=True, kw_only=True)
class Started:
    """A new session; the token goes to the browser and is not kept."""

    token: str = field(repr=False)
    session_id: str
    account_id: str


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who a browser is signed in as."""

    session_id: str
    account_id: str
    authenticated_at: datetime


def start(hub: Hub, session: Session, account: Account) -> Started:
    """Sign a browser in; both factors were given."""
    now = hub.clock.now()
    token = new_token()
    started = tables.Session(
        id=new_id(),
        token_hash=hash_token(token),
        account_id=account.id,
        created_at=now,
        seen_at=now,
        authenticated_at=now,
    )
    session.add(started)
    session.flush()
    audit.note(hub, session, "session.started", account_id=account.id, browser_session=started.id)
    return Started(token=token, session_id=started.id, account_id=account.id)


def resume(hub: Hub, token: str) -> SignedIn | None:
    """Return who a token is signed in as, and note that the browser was seen.

    None where it is unknown, signed out, unused for `session_idle` or older than
    `session_absolute`.
    """
    now, limits = hub.clock.now(), hub.limits
    with hub.store.transaction() as session:
        statement = (
            update(tables.Session)
            .where(
                tables.Session.token_hash == hash_token(token),
                tables.Session.ended_at.is_(None),
                tables.Session.seen_at > now - limits.session_idle,
                tables.Session.created_at > now - limits.session_absolute,
            )
            .values(seen_at=now)
            .returning(tables.Session)
        )
        found = session.scalars(statement).one_or_none()
        if found is None:
            return None
        return SignedIn(
            session_id=found.id,
            account_id=found.account_id,
            authenticated_at=found.authenticated_at,
        )


def end(hub: Hub, token: str) -> None:
    """Sign a browser out."""
    now = hub.clock.now()
    with hub.store.transaction() as session:
        statement = select(tables.Session).where(
            tables.Session.token_hash == hash_token(token), tables.Session.ended_at.is_(None)
        )
        found = session.scalars(statement).one_or_none()
        if found is not None:
            found.ended_at = now
            audit.note(
                hub,
                session,
                "session.ended",
                account_id=found.account_id,
                browser_session=found.id,
            )


def end_others(hub: Hub, signed_in: SignedIn) -> int:
    """Sign an account out everywhere but here; return how many browsers that were."""
    with hub.store.transaction() as session:
        return end_all(hub, session, signed_in.account_id, but=signed_in.session_id)


def end_everywhere(hub: Hub, signed_in: SignedIn) -> int:
    """Sign an account out everywhere, here too; return how many browsers that were."""
    with hub.store.transaction() as session:
        return end_all(hub, session, signed_in.account_id)


def end_all(hub: Hub, session: Session, account_id: str, *, but: str | None = None) -> int:
    """Sign an account out everywhere, or everywhere but in one session; return how many."""
    statement = (
        update(tables.Session)
        .where(tables.Session.account_id == account_id, tables.Session.ended_at.is_(None))
        .values(ended_at=hub.clock.now())
        .returning(tables.Session.id)
    )
    if but is not None:
        statement = statement.where(tables.Session.id != but)
    ended = session.scalars(statement).all()
    audit.note(hub, session, "session.ended_everywhere", account_id=account_id, ended=len(ended))
    return len(ended)
