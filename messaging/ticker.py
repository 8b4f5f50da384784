"""What runs by the clock: one worker, elected by a lease in the database, sweeps for what is due.

A sweep finds what no wake-up reached: turns to be tried again, conversations whose worker died,
texts in the outbox. So nothing depends on Redis.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Lock
from typing import Any, Final

import structlog

from messaging.chores import Chore
from messaging.errors import DatabaseAway
from messaging.outbox import Outbox
from messaging.store import conversations, leases, outbox
from messaging.store.database import Database
from messaging.worker import TurnWorker
from wire.clock import Clock

LEASE: Final = "ticker"
HOLD = timedelta(seconds=10)
"""How long a ticker that died keeps others from taking over."""
SWEEP_LIMIT = 200

_log = structlog.get_logger(__name__)


class Ticker:
    """Sweeps once a tick while it is the elected one."""

    def __init__(
        self,
        *,
        database: Database,
        worker: TurnWorker,
        sender: Outbox,
        worker_id: str,
        threads: int,
        chores: Sequence[Chore] = (),
        tick_s: float,
        clock: Clock,
    ) -> None:
        """Take everything it needs; `threads` bounds the turns of a sweep at the same time."""
        self._database = database
        self._worker = worker
        self._sender = sender
        self._worker_id = worker_id
        self._chores = chores
        self._tick_s = tick_s
        self._clock = clock
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="sweep")
        # A code that is due waits behind no turns, however many there are.
        self._sending = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._busy: set[str] = set()
        self._busy_lock = Lock()

    def run(self, stop: Event) -> None:
        """Tick until told to stop."""
        while not stop.wait(self._tick_s):
            try:
                self.tick()
            except DatabaseAway as exc:
                _log.error("ticker.database_away", cause=str(exc))
            except Exception:  # noqa: BLE001 - the next tick tries again
                _log.exception("ticker.broke")
        for pool in (self._pool, self._sending):
            pool.shutdown(wait=True, cancel_futures=True)

    def tick(self) -> list[Future[Any]]:
        """Sweep once if elected, and return what was begun."""
        now = self._clock.now()
        with self._database.transaction(durable=False) as connection:
            if not leases.hold(connection, LEASE, self._worker_id, now=now, until=now + HOLD):
                return []
        with self._database.reading() as connection:
            due = conversations.due(connection, now=now, limit=SWEEP_LIMIT)
            texts = outbox.due_count(connection, now=now)
        begun = [self._begin(c, partial(self._worker.work, c)) for c in due]
        begun += [self._begin(chore.name, partial(self._do, chore)) for chore in self._due(now)]
        if texts:
            begun.append(self._begin("outbox", self._send, pool=self._sending))
        return [future for future in begun if future is not None]

    def _due(self, now: datetime) -> list[Chore]:
        return [c for c in self._chores if c.last is None or now - c.last >= c.every]

    def _do(self, chore: Chore) -> int:
        chore.last = self._clock.now()
        try:
            chore.work()
        except DatabaseAway:
            return 0
        except Exception:  # noqa: BLE001 - the next time tries again
            _log.exception("ticker.chore_broke", chore=chore.name)
            return 0
        return 1

    def _send(self) -> int:
        try:
            return self._sender.send_due()
        except DatabaseAway:
            return 0
        except Exception:  # noqa: BLE001 - the next tick tries again
            _log.exception("ticker.sending_broke")
            return 0

    def _begin(
        self, key: str, work: Callable[[], int], *, pool: ThreadPoolExecutor | None = None
    ) -> Future[int] | None:
        """Start a piece of work unless it is under way already."""
        with self._busy_lock:
            if key in self._busy:
                return None
            self._busy.add(key)
        future = (pool or self._pool).submit(work)
        future.add_done_callback(lambda _done: self._finished(key))
        return future

    def _finished(self, key: str) -> None:
        with self._busy_lock:
            self._busy.discard(key)
