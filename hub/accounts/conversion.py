"""The share of security codes that are verified; it falls when someone has texts sent for money.

Fraud of that kind ("SMS pumping") asks for codes that nobody types: no limit of one number, person
or address shows it, the share over everyone does.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import select

from hub.accounts.hub import Hub
from hub.accounts.security_codes import USED
from hub.store.tables import Challenge

LOOK_EVERY: Final = timedelta(seconds=10)
"""With `conversion_settles_after` at 30 s the alarm comes within a minute of the last code."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Conversion:
    """How many of the newest codes were verified."""

    sent: int
    verified: int

    @property
    def share(self) -> float:
        """0 to 1; 1 while nothing was sent."""
        return self.verified / self.sent if self.sent else 1.0


def measure(hub: Hub) -> Conversion:
    """Count over the newest `conversion_of_last` codes that had time to be typed."""
    settled = hub.clock.now() - hub.limits.conversion_settles_after
    newest = (
        select(Challenge.ended_why)
        .where(Challenge.created_at <= settled)
        .order_by(Challenge.created_at.desc())
        .limit(hub.limits.conversion_of_last)
    )
    with hub.store.reading() as session:
        ends = session.scalars(newest).all()
    return Conversion(sent=len(ends), verified=sum(why == USED for why in ends))


def is_low(hub: Hub, conversion: Conversion) -> bool:
    """Tell whether it calls for a person; fewer codes than are counted over say nothing."""
    return (
        conversion.sent >= hub.limits.conversion_of_last
        and conversion.share < hub.limits.conversion_alarm_below
    )


def watch(hub: Hub) -> Conversion:
    """Measure; raise the alarm, an error in the log, for as long as the share is low."""
    conversion = measure(hub)
    if is_low(hub, conversion):
        log.error("code.conversion_low", sent=conversion.sent, verified=conversion.verified)
    return conversion
