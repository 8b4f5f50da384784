"""The handoff's share of what the elected worker does by the clock."""

from datetime import timedelta
from typing import Final

import structlog

from clients.errors import ClientError
from messaging import metrics
from messaging.chores import Chore
from messaging.handoff import board, relays
from messaging.handoff.deskwork import DeskWork
from messaging.store.database import Database

WORK_EVERY: Final = timedelta(seconds=1)

_log = structlog.get_logger(__name__)


def all_of(deskwork: DeskWork, database: Database, *, poll_every: timedelta) -> list[Chore]:
    """Return what there is to do; asking the helpdesk holds nothing else up."""

    def collect() -> None:
        try:
            if deskwork.collect():
                deskwork.deliver()
        except ClientError as exc:
            _log.warning("helpdesk.not_read", cause=str(exc))

    def count() -> None:
        with database.reading() as connection:
            states = board.counts(connection)
            waiting = {
                direction: relays.waiting_count(connection, direction)
                for direction in (relays.OUT, relays.IN)
            }
        for state, number in states.items():
            metrics.SWITCHBOARD.labels(state=state).set(number)
        for direction, number in waiting.items():
            metrics.RELAYS_WAITING.labels(direction=direction).set(number)

    return [
        Chore("helpdesk_deliver", WORK_EVERY, deskwork.receive),
        Chore("helpdesk_send", WORK_EVERY, deskwork.send_due),
        Chore("helpdesk_collect", poll_every, collect),
        Chore("helpdesk_gauges", timedelta(seconds=5), count),
    ]
