"""What a helpdesk tells by itself, kept until the workers deal with it."""

from collections.abc import Sequence

from clients.helpdesk import Event
from clients.sealing import Sealer
from messaging.handoff.incoming import take_in
from messaging.store.database import Database
from wire.clock import Clock


class HelpdeskInbox:
    """Keeps events once, whichever way and however often they come."""

    def __init__(self, *, database: Database, adapter: str, seal_key: bytes, clock: Clock) -> None:
        """Take where they are kept."""
        self._database = database
        self._adapter = adapter
        self._sealer = Sealer(seal_key)
        self._clock = clock

    def keep(self, events: Sequence[Event]) -> int:
        """Keep what is new and not our own; return how much that is.

        Raises:
            DatabaseAway: nothing is kept.
        """
        with self._database.transaction() as connection:
            return take_in(connection, self._sealer, self._adapter, events, now=self._clock.now())
