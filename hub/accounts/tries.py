"""Wrong codes, counted per account and purpose across channels, sessions and resends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub.accounts import audit, times
from hub.accounts.errors import Locked
from hub.accounts.hub import Hub
from hub.store import guards
from hub.store.tables import Guard, Tally

UNTIL_HELP: Final = timedelta(hours=24)
"""What a caller that knows only of waiting is told where waiting alone does not help."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What a wrong code has led to."""

    tries_left: int
    locked_for: timedelta | None


_Lock = tuple[datetime | None, datetime | None, datetime | None]
"""Of a guard: since when it is locked, until when, since when it is off."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A try that is counted while it is being compared."""

    tally_id: int
    counted: Counted
    """What it has led to if it is wrong."""
    before: _Lock
    after: _Lock


def key_of(account_id: str, purpose: str) -> str:
    """Return the guard's key; it sorts before those of the sends."""
    return f"code:{account_id}:{purpose}"


def hold(hub: Hub, session: Session, account_id: str, purpose: str) -> Guard:
    """Hold the guard of an account's codes for one purpose."""
    key = key_of(account_id, purpose)
    return guards.hold(session, (key,), hub.clock.now())[key]


def require_unlocked(hub: Hub, guard: Guard) -> None:
    """Let pass who is not locked out.

    Raises:
        Locked: and for how long.
    """
    now = hub.clock.now()
    if guard.off_at is not None:
        raise Locked(UNTIL_HELP, needs_help=True)
    if guard.locked_until is not None and now < guard.locked_until:
        raise Locked(guard.locked_until - now)


def count(hub: Hub, session: Session, guard: Guard) -> Tried:
    """Count a try on a held guard, and lock where it was one too many, before it is compared.

    Whoever calls says afterwards which it was: `settle_wrong` or `take_back`.
    """
    now, limits, before = hub.clock.now(), hub.limits, _lock_of(guard)
    tally = Tally(key=guard.key, at=now)
    session.add(tally)
    session.flush()
    guard.in_a_row += 1
    recent = guards.count(session, guard.key, window=limits.wrong_codes_window, now=now)
    today = guards.count(session, guard.key, window=limits.wrong_codes_day, now=now)
    left = min(
        limits.wrong_codes - recent,
        limits.wrong_codes_per_day - today,
        limits.wrong_codes_in_a_row - guard.in_a_row,
    )
    if left <= 0:
        _lock(hub, session, guard, today=today)
    return Tried(
        tally_id=tally.id,
        counted=Counted(
            tries_left=max(0, left), locked_for=None if left > 0 else _locked_for(guard, now)
        ),
        before=before,
        after=_lock_of(guard),
    )


def settle_wrong(
    hub: Hub, session: Session, guard: Guard, tried: Tried, *, account_id: str
) -> Counted:
    """Leave a try counted that was wrong; put the lock that it led to on record."""
    if tried.counted.locked_for is not None:
        audit.note(
            hub,
            session,
            "codes.locked",
            account_id=account_id,
            purpose=guard.key.rsplit(":", 1)[-1],
            needs_help=guard.off_at is not None,
        )
    return tried.counted


def take_back(session: Session, guard: Guard, tried: Tried) -> None:
    """Count a try no longer, it was right; the lock goes with it if this try had set it."""
    session.execute(delete(Tally).where(Tally.id == tried.tally_id))
    guard.in_a_row = max(0, guard.in_a_row - 1)
    if _lock_of(guard) == tried.after:
        guard.locked_at, guard.locked_until, guard.off_at = tried.before


def count_wrong(hub: Hub, session: Session, guard: Guard, *, account_id: str) -> Counted:
    """Count a wrong code on a held guard, and lock where it was one too many."""
    tried = count(hub, session, guard)
    return settle_wrong(hub, session, guard, tried, account_id=account_id)


def forget_row(guard: Guard) -> None:
    """Note a right code: wrong ones are no longer in a row."""
    guard.in_a_row = 0


def _lock_of(guard: Guard) -> _Lock:
    return guard.locked_at, guard.locked_until, guard.off_at


def _locked_for(guard: Guard, now: datetime) -> timedelta:
    if guard.off_at is not None:
        return UNTIL_HELP
    assert guard.locked_until is not None
    return guard.locked_until - now


def _lock(hub: Hub, session: Session, guard: Guard, *, today: int) -> None:
    now, limits = hub.clock.now(), hub.limits
    if guard.in_a_row >= limits.wrong_codes_in_a_row:
        guard.off_at = now
    is_second = guard.locked_at is not None and now - guard.locked_at < limits.second_lock_within
    until = now + (limits.second_lock if is_second else limits.first_lock)
    if today >= limits.wrong_codes_per_day:
        free = guards.free_again(
            session,
            guard.key,
            limit=limits.wrong_codes_per_day,
            window=limits.wrong_codes_day,
            now=now,
        )
        until = max(until, times.next_midnight(now), free or now)
    guard.locked_at, guard.locked_until = now, until
