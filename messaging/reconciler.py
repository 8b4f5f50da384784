"""Texts that the carrier has and we never got: its list is read, and what is missing taken in.

A webhook that failed is not sent for ever, and by default hardly at all. What was texted to our
numbers before the first look was meant for whatever had them then, and is left alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from clients.errors import ClientError
from clients.twilio import Received, ReceivedText
from messaging import metrics
from messaging.inbound import Arrival, Inbound, Receipt
from messaging.store import claims, marks
from messaging.store.database import Database
from wire.clock import Clock

EVERY = timedelta(minutes=5)
LOOK_BACK = timedelta(minutes=30)
"""How far before the last look a look begins: the list may be late too."""
SETTLED = timedelta(minutes=1)
"""A younger text may still be on its way to the webhook."""

_log = structlog.get_logger(__name__)


class List(Protocol):
    """What is asked of `clients.twilio.Twilio`."""

    def received(self, *, numbers: Sequence[str], since: datetime) -> Received:
        """Return texts to these numbers of ours since then, oldest first."""


class Reconciler:
    """Compares the carrier's list with ours every few minutes."""

    def __init__(
        self,
        *,
        database: Database,
        carrier: List,
        inbound: Inbound,
        numbers: Sequence[str],
        clock: Clock,
    ) -> None:
        """Take everything it needs; `numbers` are those that parents text."""
        self._database = database
        self._carrier = carrier
        self._inbound = inbound
        self._numbers = numbers
        self._clock = clock

    def is_due(self) -> bool:
        """Tell whether it is time to look again.

        Raises:
            DatabaseAway: nobody knows.
        """
        with self._database.reading() as connection:
            last = marks.get(connection, marks.RECONCILED)
        return last is None or self._clock.now() - last >= EVERY

    def look(self) -> int:
        """Read the list, take in what is missing, and return how many that were.

        Raises:
            DatabaseAway: the next look does it.
        """
        now = self._clock.now()
        with self._database.transaction(durable=False) as connection:
            last = marks.get(connection, marks.RECONCILED)
            back = now if last is None else last - LOOK_BACK
            marks.keep_first(connection, marks.RECONCILED_FROM, back)
            earliest = marks.get(connection, marks.RECONCILED_FROM) or back
        since = max(back, earliest)
        try:
            listed = self._carrier.received(numbers=self._numbers, since=since)
        except ClientError as exc:
            _log.warning("reconciler.list_away", cause=str(exc))
            return 0
        settled = [text for text in listed.texts if now - text.created_at >= SETTLED]
        found = sum(self._take(text) for text in settled)
        if not listed.is_whole:
            # The next look begins where this one did; somebody has to see what is missing.
            _log.error("reconciler.list_cut", read=len(listed.texts))
            return found
        with self._database.transaction(durable=False) as connection:
            marks.keep(connection, marks.RECONCILED, now)
        return found

    def _take(self, text: ReceivedText) -> bool:
        with self._database.reading() as connection:
            if claims.is_claimed(connection, text.carrier_id):
                return False
        receipt = self._inbound.receive(
            Arrival(
                external_id=text.carrier_id,
                number=text.number,
                body=text.body,
                media_count=text.media_count,
                carrier_keyword=None,
                # Nothing stands there where bodies are redacted; nobody knows what was said.
                is_unread=not text.body and not text.media_count,
            )
        )
        if receipt is Receipt.DUPLICATE:
            return False
        metrics.RECONCILED.inc()
        _log.warning("reconciler.taken", carrier_id=text.carrier_id, receipt=receipt)
        return True
