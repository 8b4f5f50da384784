"""How often security codes may be sent: to an account, to a number, for a session, in all."""

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from hub.accounts import ceilings, tries
from hub.accounts.errors import Limited, ResendTooSoon, TooManySends
from hub.accounts.hub import Hub
from hub.store import guards
from hub.store.tables import Guard

EVERYONE: Final = "send:everyone"


class Allowance:
    """The sends of one account, purpose, number and session; holds their guards once made."""

    def __init__(
        self,
        hub: Hub,
        session: Session,
        *,
        account_id: str,
        purpose: str,
        number_lookup: str,
        tried_by: str,
    ) -> None:
        self._hub = hub
        self._session = session
        self._of_account = f"send:account:{account_id}:{purpose}"
        self._of_number = f"send:number:{number_lookup}"
        self._of_session = f"send:by:{tried_by}"
        self._to_this_number = f"send:to:{account_id}:{purpose}:{number_lookup[:16]}"
        codes = tries.key_of(account_id, purpose)
        held = guards.hold(
            session,
            (codes, self._of_account, self._of_number, self._of_session, EVERYONE),
            hub.clock.now(),
        )
        self.guard: Guard = held[codes]
        """The guard of the account's codes, held as well."""

    def require(self) -> None:
        """Let a send pass.

        Raises:
            TooManySends: one of the limits is reached.
            ResendTooSoon: the cooldown is not over.
        """
        refusal = self.refusal()
        if refusal is not None:
            raise refusal

    def refusal(self) -> Limited | None:
        """Return why nothing may be sent now; None: it may."""
        now, limits = self._hub.clock.now(), self._hub.limits
        waits = []
        for key, limit, window in (
            (self._of_account, limits.sends_per_account, limits.sends_per_account_window),
            (self._of_number, limits.sends_per_number, limits.sends_per_number_window),
            (self._of_session, limits.sends_per_session, limits.sends_per_session_window),
        ):
            free = guards.free_again(self._session, key, limit=limit, window=window, now=now)
            if free is not None:
                waits.append(free - now)
        if waits:
            return TooManySends(max(waits))
        cooldown = self.cooldown()
        if cooldown > timedelta(0):
            return ResendTooSoon(cooldown)
        reached = ceilings.room_again_in(
            self._hub,
            self._session,
            EVERYONE,
            limit=limits.sends_ceiling,
            window=limits.sends_ceiling_window,
        )
        return None if reached is None else TooManySends(reached)

    def cooldown(self) -> timedelta:
        """Return how long until another text may go to this number; zero: at once."""
        now, limits = self._hub.clock.now(), self._hub.limits
        last = guards.latest(self._session, self._to_this_number)
        if last is None:
            return timedelta(0)
        sent = guards.count(
            self._session, self._to_this_number, window=limits.sends_per_account_window, now=now
        )
        if sent == 0:
            return timedelta(0)
        wait = limits.resend_cooldowns[min(sent, len(limits.resend_cooldowns)) - 1]
        return max(timedelta(0), last + wait - now)

    def count(self) -> None:
        """Note a send."""
        now = self._hub.clock.now()
        for key in (
            self._of_account,
            self._of_number,
            self._of_session,
            self._to_this_number,
            EVERYONE,
        ):
            guards.record(self._session, key, now)
        self._session.flush()
