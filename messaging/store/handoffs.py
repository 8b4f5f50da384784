"""Conversations that want a person: asked for, urgent, or told by us since a text cannot arrive."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select, update

from messaging.store.once import insert_once
from messaging.store.schema import handoffs, outbox

WANTED: Final = "wanted"
"""Nobody has taken it up yet."""
PASSED_ON: Final = "passed_on"
"""The helpdesk has a case of it."""

WELLBEING: Final = "wellbeing"
LANGUAGE: Final = "language"
UNSENDABLE: Final = "text_not_delivered"
OTHER: Final = "other"

TEXT_CAUSE: Final = "text/"
"""Before the id of the text that brought it about."""

_h = handoffs.c


@dataclass(frozen=True, kw_only=True)
class Handoff:
    """One request for a person."""

    handoff_id: str
    conversation_id: str
    cause: str
    """What brought it about (a turn, a text): the same cause asks once."""
    reason: str
    journey: str | None
    step: str | None
    urgent: bool
    state: str
    created_at: datetime


def want(connection: Connection, handoff: Handoff) -> bool:
    """Record the request; False: its cause asked before."""
    values = {name: getattr(handoff, name) for name in Handoff.__dataclass_fields__}
    return insert_once(connection, handoffs, values)


def waiting(connection: Connection, conversation_id: str | None = None) -> list[Handoff]:
    """Return what nobody has taken up, urgent ones first, then the oldest."""
    statement = (
        select(handoffs)
        .where(_h.state == WANTED)
        .order_by(_h.urgent.desc(), _h.created_at, _h.handoff_id)
    )
    if conversation_id is not None:
        statement = statement.where(_h.conversation_id == conversation_id)
    return [Handoff(**row._asdict()) for row in connection.execute(statement)]


def waiting_for(
    connection: Connection, reason: str, *, limit: int, but_codes: int
) -> list[Handoff]:
    """Return what nobody has taken up for this reason, but for texts of this priority."""
    text_id = func.substr(_h.cause, len(TEXT_CAUSE) + 1)
    statement = (
        select(handoffs)
        .join(outbox, outbox.c.text_id == text_id)
        .where(_h.state == WANTED, _h.reason == reason, outbox.c.priority != but_codes)
        .order_by(_h.created_at, _h.handoff_id)
        .limit(limit)
    )
    return [Handoff(**row._asdict()) for row in connection.execute(statement)]


def take_up(connection: Connection, handoff_id: str) -> bool:
    """Note that somebody has taken it up; False: somebody did before."""
    statement = (
        update(handoffs)
        .where(_h.handoff_id == handoff_id, _h.state == WANTED)
        .values(state=PASSED_ON)
    )
    return connection.execute(statement).rowcount == 1


def waiting_by_reason(connection: Connection) -> dict[str, int]:
    """Return how many nobody has taken up, by reason; what Rasa gives as a reason is `OTHER`."""
    rows = connection.execute(
        select(_h.reason, func.count()).where(_h.state == WANTED).group_by(_h.reason)
    )
    counts = dict.fromkeys((WELLBEING, LANGUAGE, UNSENDABLE, OTHER), 0)
    for reason, count in rows:
        counts[reason if reason in counts else OTHER] += count
    return counts


def was_urgent(connection: Connection, conversation_id: str, *, since: datetime) -> bool:
    """Tell whether somebody in this conversation was in danger or distress since then."""
    statement = (
        select(_h.handoff_id)
        .where(_h.conversation_id == conversation_id, _h.urgent, _h.created_at >= since)
        .limit(1)
    )
    return connection.execute(statement).first() is not None


def passed_on(connection: Connection, conversation_id: str) -> None:
    """Note that the helpdesk has a case of this conversation: its requests wait no longer."""
    connection.execute(
        update(handoffs)
        .where(_h.conversation_id == conversation_id, _h.state == WANTED)
        .values(state=PASSED_ON)
    )
