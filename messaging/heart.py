"""A worker's sign of life in the database, and what the edge reads from it."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import structlog

from messaging.errors import DatabaseAway
from messaging.store import leases
from messaging.store.database import Database
from messaging.store.leases import Beat
from wire.clock import Clock

BEAT_EVERY_S = 2.0
FRESH = timedelta(seconds=10)
"""A worker that was silent for longer counts as gone."""
BURY_AFTER = timedelta(hours=1)

_log = structlog.get_logger(__name__)


class Heart:
    """Beats until it is told to stop."""

    def __init__(
        self,
        *,
        database: Database,
        worker_id: str,
        is_rasa_ready: Callable[[], bool],
        clock: Clock,
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._worker_id = worker_id
        self._is_rasa_ready = is_rasa_ready
        self._clock = clock
        self.rasa_ready = False
        self.database_writable = False

    def beat(self) -> None:
        """Ask Rasa, write a sign of life, forget the long dead."""
        self.rasa_ready = self._is_rasa_ready()
        now = self._clock.now()
        try:
            with self._database.transaction(durable=False) as connection:
                sign = Beat(worker_id=self._worker_id, beat_at=now, rasa_ready=self.rasa_ready)
                leases.beat(connection, sign)
                leases.bury(connection, before=now - BURY_AFTER)
        except DatabaseAway as exc:
            self.database_writable = False
            _log.error("heart.database_away", cause=str(exc))
        else:
            self.database_writable = True

    def run(self, stop: Event) -> None:
        """Beat until told to stop, then say good-bye."""
        self.beat()
        while not stop.wait(BEAT_EVERY_S):
            self.beat()
        try:
            with self._database.transaction() as connection:
                leases.leave(connection, self._worker_id)
        except DatabaseAway:
            _log.warning("heart.left_without_a_word")


def what_is_missing(database: Database, clock: Clock) -> list[str]:
    """Return what keeps a text from being answered just now; nothing: all is well."""
    try:
        database.check_writable()
        with database.reading() as connection:
            signs = leases.alive(connection, since=clock.now() - FRESH)
    except DatabaseAway:
        return ["database"]
    if not signs:
        return ["workers"]
    return [] if any(sign.rasa_ready for sign in signs) else ["rasa"]
