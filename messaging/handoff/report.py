"""What a manager asks: how many, why, how long they waited, how many needed nobody."""

import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from messaging.handoff import board, relays
from messaging.handoff.schema import cases
from messaging.handoff.states import State
from messaging.handoff.ticket import REASONS
from messaging.store.schema import conversations, messages

DAYS: Final = 7
_NINE_TENTHS: Final = 0.9


@dataclass(frozen=True, kw_only=True)
class Report:
    """The last seven days, and this moment."""

    since: datetime
    conversations: int
    """In which a parent wrote something."""
    passed_on: int
    """Conversations with a case."""
    urgent: int
    reasons: tuple[tuple[str, int], ...]
    """In words, the most frequent first."""
    answered: int
    median_wait_s: float | None
    """Opening time to the first reply of a person."""
    ninetieth_wait_s: float | None
    closed: int
    now: tuple[tuple[str, int], ...]
    """Conversations by who has them."""
    to_helpdesk: int
    """Messages that wait to be handed over."""
    from_helpdesk: int

    @property
    def containment(self) -> float | None:
        """The share of conversations that needed nobody; None: there were none."""
        if not self.conversations:
            return None
        return 1 - self.passed_on / self.conversations


def make(connection: Connection, *, now: datetime) -> Report:
    """Count the last seven days."""
    since = now - timedelta(days=DAYS)
    c, m = cases.c, messages.c
    rows = connection.execute(
        select(c.conversation_id, c.reason, c.urgent, c.first_reply_s, c.closed_at).where(
            c.created_at >= since
        )
    ).all()
    spoke = (
        select(func.count(func.distinct(m.conversation_id)))
        .select_from(messages.join(conversations))
        .where(m.author == "person", m.created_at >= since)
    )
    waits = sorted(row.first_reply_s for row in rows if row.first_reply_s is not None)
    reasons = Counter(REASONS.get(row.reason, row.reason.replace("_", " ")) for row in rows)
    states = board.counts(connection)
    return Report(
        since=since,
        conversations=int(connection.execute(spoke).scalar_one()),
        passed_on=len({row.conversation_id for row in rows}),
        urgent=sum(row.urgent for row in rows),
        reasons=tuple(reasons.most_common()),
        answered=len(waits),
        median_wait_s=statistics.median(waits) if waits else None,
        ninetieth_wait_s=waits[int(_NINE_TENTHS * (len(waits) - 1))] if waits else None,
        closed=sum(row.closed_at is not None for row in rows),
        now=tuple((str(state), states[state]) for state in State if state is not State.BOT),
        to_helpdesk=relays.waiting_count(connection, relays.OUT),
        from_helpdesk=relays.waiting_count(connection, relays.IN),
    )


def say_seconds(seconds: float | None) -> str:
    """Return a wait in words."""
    if seconds is None:
        return "nobody has replied yet"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
