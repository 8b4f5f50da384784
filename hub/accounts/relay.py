"""The thread that sends what no request waits for, and what a killed process left behind."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from hub.accounts import conversion, factor_resets, imports, mail_requests, outbox, retention
from hub.accounts.hub import Hub

PAUSE: Final = timedelta(seconds=1)
"""How long a text that a killed process left behind waits beyond its lease."""

log = structlog.get_logger(__name__)


def hand_over_due(hub: Hub) -> int:
    """Hand over what is due; return how much that was."""
    due = outbox.due(hub)
    for outgoing_id in due:
        outbox.hand_over(hub, outgoing_id)
    return len(due)


PARTS: Final[tuple[Callable[[Hub], int], ...]] = (
    mail_requests.answer_all,
    factor_resets.carry_out_due,
    imports.invite_waiting,
    hand_over_due,
)


def sweep(hub: Hub) -> int:
    """Answer what was asked for and hand over what is due, once; return how much there was."""
    return sum(part(hub) for part in PARTS)


class Relay:
    """Sweeps until it is stopped; several processes may each have one."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._stopped = threading.Event()
        self._next_retention: datetime | None = None
        self._next_watch: datetime | None = None
        self._thread = threading.Thread(target=self._run, name="hub-relay", daemon=True)

    def start(self) -> None:
        """Begin sweeping."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being handed over, then end."""
        self._stopped.set()
        self._hub.mail_waiting.set()
        self._thread.join(timeout=outbox.LEASE.total_seconds())

    def is_alive(self) -> bool:
        """Tell whether the thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._hub.mail_waiting.wait(PAUSE.total_seconds())
            self._hub.mail_waiting.clear()
            while self._sweep() and not self._stopped.is_set():
                pass
            self._attempt(lambda _: self._forget())
            self._attempt(lambda _: self._watch())

    def _sweep(self) -> int:
        return sum(self._attempt(part) for part in PARTS)

    def _attempt(self, part: Callable[[Hub], int]) -> int:
        """Do a part of the work; one that fails must not stop the others."""
        try:
            return part(self._hub)
        except SQLAlchemyError as exc:
            log.error("relay.database_away", error=type(exc).__name__)  # noqa: TRY400 - the trace would hold parameters
        except Exception as exc:  # noqa: BLE001 - whatever it was, the next step may work
            log.error("relay.failed", error=type(exc).__name__)  # noqa: TRY400 - as above
        return 0

    def _watch(self) -> int:
        now = self._hub.clock.now()
        if self._next_watch is None or now >= self._next_watch:
            self._next_watch = now + conversion.LOOK_EVERY
            return conversion.watch(self._hub).sent
        return 0

    def _forget(self) -> int:
        now = self._hub.clock.now()
        if self._next_retention is None or now >= self._next_retention:
            self._next_retention = now + self._hub.limits.retention_every
            return sum(retention.sweep(self._hub).values())
        return 0
