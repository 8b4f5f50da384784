"""Checking a password: counted before it is compared, alike for every address.

Argon2 takes too long to hold anything meanwhile. So a try is counted first, and taken back when it
was right: however many are made at once, no more are compared than are allowed.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub.accounts import audit, passwords, sealed
from hub.accounts.errors import SignInRejected, TooManyTries
from hub.accounts.hub import Hub
from hub.store import guards
from hub.store.tables import Account, Guard, Tally


def require_right(hub: Hub, *, account: Account | None, address: str, password: str) -> None:
    """Let pass who knows the password of an account.

    Args:
        hub: the hub's parts.
        account: None where the address is unknown or has not registered; takes as long.
        address: whose tries are counted, whether it is known or not.
        password: as typed.

    Raises:
        TooManyTries: too many wrong ones; this one was not compared.
        SignInRejected: wrong.

    Source: ASVS 5.0 6.3.1, 6.3.8; OWASP Authentication cheat sheet.
    """
    tally_id, locked_until = _count(hub, address)
    matches = _is_right(hub, account, password)
    with hub.store.transaction(keep_on=SignInRejected) as session:
        if not matches:
            audit.note(
                hub, session, "password.wrong", account_id=None if account is None else account.id
            )
            raise SignInRejected
        _take_back(hub, session, address, tally_id, locked_until)
    assert account is not None
    _renew_hash(hub, account, password)


def _is_right(hub: Hub, account: Account | None, password: str) -> bool:
    stored = None if account is None else account.password_hash
    too_long = len(password) > hub.limits.password_max_length
    return hub.hasher.matches(None if too_long else stored, passwords.normalise(password))


def forget_tries(hub: Hub, session: Session, account: Account) -> None:
    """Lift the lock of an account whose password was set anew, or whose owner was recognised."""
    keys = _keys(hub, sealed.email_of(hub, account))
    for guard in guards.hold(session, keys, hub.clock.now()).values():
        guard.locked_at = guard.locked_until = None
    session.execute(delete(Tally).where(Tally.key.in_(keys)))


def _keys(hub: Hub, address: str) -> list[str]:
    """Return what an address is counted by: the newest look-up key's first, then older ones'.

    While a key is being replaced tries stand under both, and both count.
    """
    return [f"password:{lookup}" for lookup in hub.lookup.all_of("email", address)]


def _count(hub: Hub, address: str) -> tuple[int, datetime | None]:
    """Count a try; return it, and the end of the lock that it led to, if it did."""
    now, limits, keys = hub.clock.now(), hub.limits, _keys(hub, address)
    with hub.store.transaction() as session:
        held = guards.hold(session, keys, now)
        locked_until = max(
            (guard.locked_until for guard in held.values() if guard.locked_until), default=now
        )
        if now < locked_until:
            raise TooManyTries(locked_until - now)
        tally = Tally(key=keys[0], at=now)
        session.add(tally)
        session.flush()
        window = limits.password_tries_window
        counted = sum(guards.count(session, key, window=window, now=now) for key in keys)
        guard = held[keys[0]]
        led_to = None
        if counted >= limits.password_tries:
            guard.locked_at, guard.locked_until = now, now + limits.password_lock
            led_to = guard.locked_until
        return tally.id, led_to


def _take_back(
    hub: Hub, session: Session, address: str, tally_id: int, locked_until: datetime | None
) -> None:
    key = _keys(hub, address)[0]
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
