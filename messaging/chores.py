"""What the elected worker does beside sweeping, each at its own pace."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from messaging import gauges, retention
from messaging.reconciler import Reconciler
from messaging.spool import Spool
from messaging.store.database import Database
from messaging.undelivered import LOOK_EVERY, Undelivered
from wire.clock import Clock

_log = structlog.get_logger(__name__)


@dataclass
class Chore:
    """A piece of work and how often it is due."""

    name: str
    every: timedelta
    work: Callable[[], object]
    last: datetime | None = field(default=None)


def all_of(
    database: Database,
    spool: Spool,
    reconciler: Reconciler | None,
    clock: Clock,
    *,
    undelivered: Undelivered,
    transcripts: timedelta = retention.TRANSCRIPTS,
) -> list[Chore]:
    """Return what there is to do; `transcripts` is how long what was said is kept."""

    def forget() -> None:
        with database.transaction() as connection:
            swept = retention.sweep(connection, now=clock.now(), transcripts=transcripts)
        _log.info(
            "retention.swept",
            messages=swept.messages,
            texts=swept.texts,
            conversations=swept.conversations,
            claims=swept.claims,
        )

    chores = [
        Chore("gauges", timedelta(seconds=5), lambda: gauges.read(database, spool, clock)),
        Chore("retention", timedelta(hours=1), forget),
        Chore("undelivered", LOOK_EVERY, undelivered.tell),
    ]
    if reconciler is not None:
        looks = reconciler

        def reconcile() -> None:
            if looks.is_due():
                looks.look()

        chores.append(Chore("reconciler", timedelta(seconds=30), reconcile))
    return chores
