"""Wrong codes, counted per account and purpose across channels, sessions and resends."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.accounts import audit, times
from hub.accounts.errors import Locked
from hub.accounts.hub import Hub
from hub.store import guards
from hub.store.tables import Guard

UNTIL_HELP: Final = timedelta(hours=24)
"""What a caller that knows only of waiting is told where waiting alone does not help."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What a wrong code has led to."""

    tries_left: int
    locked_for: timedelta | None


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


def count_wrong(hub: Hub, session: Session, guard: Guard, *, account_id: str) -> Counted:
    """Count a wrong code on a held guard, and lock where it was one too many."""
    now, limits = hub.clock.now(), hub.limits
    guards.record(session, guard.key, now)
    session.flush()
    guard.in_a_row += 1
    recent = guards.count(session, guard.key, window=limits.wrong_codes_window, now=now)
    today = guards.count(session, guard.key, window=limits.wrong_codes_day, now=now)
    left = min(
        limits.wrong_codes - recent,
        limits.wrong_codes_per_day - today,
        limits.wrong_codes_in_a_row - guard.in_a_row,
    )
    if left > 0:
        return Counted(tries_left=left, locked_for=None)
    _lock(hub, session, guard, today=today)
    audit.note(
        hub,
        session,
        "codes.locked",
        account_id=account_id,
        purpose=guard.key.rsplit(":", 1)[-1],
        needs_help=guard.off_at is not None,
    )
    if guard.off_at is not None:
        return Counted(tries_left=0, locked_for=UNTIL_HELP)
    assert guard.locked_until is not None
    return Counted(tries_left=0, locked_for=guard.locked_until - now)


def forget_row(guard: Guard) -> None:
    """Note a right code: wrong ones are no longer in a row."""
    guard.in_a_row = 0


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
