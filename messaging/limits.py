"""How much may be sent: per number, block of numbers and altogether; a switch for all.

Whoever asks (an address, a session) has ceilings at the hub, which knows who that is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from messaging import metrics
from messaging.errors import TooMany
from messaging.store import ceilings, marks

PER_NUMBER: Final = "number"
PER_BLOCK: Final = "block"
ALL_REQUESTED: Final = "requested"
ALL_SEGMENTS: Final = "segments"

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(hours=24)
OFF_ASK_AGAIN: Final = timedelta(minutes=5)

_ALARM_AT = 0.5

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What is allowed. Source: the security reference; each is a setting."""

    per_number_a_day: int = 10
    """Texts of one purpose that another service may ask for, to one number."""
    per_block_an_hour: int = 50
    """The same to numbers that differ in their last four digits only: pumped ranges look so."""
    requested_an_hour: int = 1_000
    """The same altogether."""
    segments_an_hour: int = 5_000
    """What leaves altogether, replies too."""
    turns_an_hour: int = 100
    """Texts of one person that are answered."""


def charge_request(
    connection: Connection,
    limits: Limits,
    *,
    number_id: str,
    block_id: str | None,
    purpose: str,
    now: datetime,
) -> None:
    """Count a text that another service asks for.

    Raises:
        TooMany: it is over a ceiling; with the transaction the count is taken back.
    """
    if marks.get(connection, marks.SENDING_OFF) is not None:
        metrics.REFUSED.labels(reason="sending_off").inc()
        raise TooMany("sending_off", retry_after=OFF_ASK_AGAIN)
    day, hour = DAY, HOUR
    _use(connection, f"{PER_NUMBER}/{number_id}/{purpose}", limits.per_number_a_day, day, now)
    if block_id is not None:
        _use(connection, f"{PER_BLOCK}/{block_id}", limits.per_block_an_hour, hour, now)
    _use(connection, ALL_REQUESTED, limits.requested_an_hour, hour, now)


def _use(connection: Connection, name: str, limit: int, window: timedelta, now: datetime) -> None:
    used, began_at = ceilings.use(connection, name, cost=1, window=window, now=now)
    kind = name.partition("/")[0]
    if used > limit:
        metrics.REFUSED.labels(reason=f"ceiling_{kind}").inc()
        _log.warning("ceiling.reached", ceiling=kind, limit=limit)
        raise TooMany(kind, retry_after=began_at + window - now)
    if kind == ALL_REQUESTED and used == _alarm_at(limit):
        _log.error("ceiling.half_used", ceiling=kind, limit=limit)


def may_send(connection: Connection, limits: Limits, *, now: datetime) -> bool:
    """Tell whether anything may leave just now; what may not waits."""
    if marks.get(connection, marks.SENDING_OFF) is not None:
        return False
    used = ceilings.used(connection, ALL_SEGMENTS, window=HOUR, now=now)
    return used < limits.segments_an_hour


def charge_sent(connection: Connection, limits: Limits, *, segments: int, now: datetime) -> None:
    """Count what is about to leave."""
    used, _ = ceilings.use(connection, ALL_SEGMENTS, cost=segments, window=HOUR, now=now)
    for share, event in ((_ALARM_AT, "ceiling.half_used"), (1.0, "ceiling.reached")):
        at = _alarm_at(limits.segments_an_hour, share)
        if used - segments < at <= used:
            _log.error(event, ceiling=ALL_SEGMENTS, limit=limits.segments_an_hour)


def _alarm_at(limit: int, share: float = _ALARM_AT) -> int:
    return max(1, int(limit * share))
