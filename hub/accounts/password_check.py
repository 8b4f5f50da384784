"""Checking a password: counted before it is compared, alike for every address.

Argon2 takes too long to hold anything meanwhile. So a try is counted first, and taken back when it
was right: however many are made at once, no more are compared than are allowed.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub.accounts import audit, passwords
from hub.accounts.errors import SignInRejected, TooManyTries
from hub.accounts.hub import Hub
from hub.store import guards
from hub.store.tables import Account, Guard, Tally


def require_right(hub: Hub, *, account: Account | None, lookup: str, password: str) -> None:
    """Let pass who knows the password of an account.

    Args:
        hub: the hub's parts.
        account: None where the address is unknown or has not registered; takes as long.
        lookup: the keyed hash of the address, which is what tries are counted on.
        password: as typed.

    Raises:
        TooManyTries: too many wrong ones; this one was not compared.
        SignInRejected: wrong.

    Source: ASVS 5.0 6.3.1, 6.3.8; OWASP Authentication cheat sheet.
    """
    tally_id, locked_until = _count(hub, lookup)
    stored = None if account is None else account.password_hash
    too_long = len(password) > hub.limits.password_max_length
    matches = hub.hasher.matches(None if too_long else stored, passwords.normalise(password))
    with hub.store.transaction(keep_on=SignInRejected) as session:
        if not matches:
            audit.note(
                hub, session, "password.wrong", account_id=None if account is None else account.id
            )
            raise SignInRejected
        _take_back(hub, session, lookup, tally_id, locked_until)
    assert account is not None
    _renew_hash(hub, account, password)


def forget_tries(hub: Hub, session: Session, account: Account) -> None:
    """Lift the lock of an account whose password was set anew."""
    key = _key(account.email_lookup)
    guard = guards.hold(session, (key,), hub.clock.now())[key]
    guard.locked_at = guard.locked_until = None
    session.execute(delete(Tally).where(Tally.key == key))


def _key(lookup: str) -> str:
    return f"password:{lookup}"


def _count(hub: Hub, lookup: str) -> tuple[int, datetime | None]:
    """Count a try; return it, and the end of the lock that it led to, if it did."""
    now, limits, key = hub.clock.now(), hub.limits, _key(lookup)
    with hub.store.transaction() as session:
        guard = guards.hold(session, (key,), now)[key]
        if guard.locked_until is not None and now < guard.locked_until:
            raise TooManyTries(guard.locked_until - now)
        tally = Tally(key=key, at=now)
        session.add(tally)
        session.flush()
        counted = guards.count(session, key, window=limits.password_tries_window, now=now)
        led_to = None
        if counted >= limits.password_tries:
            guard.locked_at, guard.locked_until = now, now + limits.password_lock
            led_to = guard.locked_until
        return tally.id, led_to


def _take_back(
    hub: Hub, session: Session, lookup: str, tally_id: int, locked_until: datetime | None
) -> None:
    key = _key(lookup)
    guard: Guard = guards.hold(session, (key,), hub.clock.now())[key]
    session.execute(delete(Tally).where(Tally.id == tally_id))
    if locked_until is not None and guard.locked_until == locked_until:
        guard.locked_at = guard.locked_until = None


def _renew_hash(hub: Hub, account: Account, password: str) -> None:
    """Keep the password at today's costs, where they have changed since it was set."""
    stored = account.password_hash
    if stored is None or not hub.hasher.is_outdated(stored):
        return
    renewed = hub.hasher.hash(passwords.normalise(password))
    with hub.store.transaction() as session:
        current = session.get(Account, account.id, populate_existing=True)
        if current is not None and current.password_hash == stored:
            current.password_hash = renewed
