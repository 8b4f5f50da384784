"""Ceilings over everyone together, with a warning while there is still room."""

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from hub.accounts.hub import Hub
from hub.store import guards

log = structlog.get_logger(__name__)


def room_again_in(
    hub: Hub, session: Session, key: str, *, limit: int, window: timedelta
) -> timedelta | None:
    """Return how long a ceiling stays reached; None: there is room.

    From `ceiling_alarm_share` of the limit on every step under it is logged as a warning; at the
    limit, as an error.
    """
    now = hub.clock.now()
    reached = guards.count(session, key, window=window, now=now)
    if reached < limit:
        if reached + 1 >= limit * hub.limits.ceiling_alarm_share:
            log.warning("ceiling.near", ceiling=key, count=reached + 1, limit=limit)
        return None
    log.error("ceiling.reached", ceiling=key, count=reached, limit=limit)
    free = guards.free_again(session, key, limit=limit, window=window, now=now)
    assert free is not None
    return free - now
