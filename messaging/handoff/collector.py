"""News from the helpdesk, asked for by the clock: each time from where the last one ended."""

from datetime import timedelta
from typing import Final

from clients.helpdesk import Helpdesk
from clients.sealing import Sealer
from messaging.handoff import cases, relays
from messaging.handoff.inbox import take_in
from messaging.store.database import Database
from wire.clock import Clock

NEWS_AFTER_CLOSING: Final = timedelta(days=30)
"""So long after its end a case's ticket is still asked about."""


class Collector:
    """Asks and keeps; safe to run in many processes."""

    def __init__(
        self, *, database: Database, helpdesk: Helpdesk, seal_key: bytes, clock: Clock
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._helpdesk = helpdesk
        self._sealer = Sealer(seal_key)
        self._clock = clock

    def collect(self) -> int:
        """Ask the helpdesk what happened; return how much of it was new.

        Raises:
            DatabaseAway: not now.
            ClientError: not now; the next time begins at the same place.
        """
        name, now = self._helpdesk.name, self._clock.now()
        with self._database.reading() as connection:
            since = relays.cursor(connection, name)
            tickets = cases.open_refs(connection, name, since=now - NEWS_AFTER_CLOSING)
        events, cursor = self._helpdesk.events(since, tickets)
        with self._database.transaction() as connection:
            new = take_in(connection, self._sealer, name, events, now=self._clock.now())
            if cursor != since:
                relays.keep_cursor(connection, name, cursor, now=now)
        return new
