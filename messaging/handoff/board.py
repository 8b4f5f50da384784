"""The switchboard's row of a conversation: read, and changed by whoever read it last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, func, select, update

from messaging import metrics
from messaging.errors import Overtaken
from messaging.handoff import states
from messaging.handoff.schema import switchboard
from messaging.handoff.states import State
from messaging.store.once import insert_once

_s = switchboard.c

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Who has a conversation, as it stood when it was read."""

    conversation_id: str
    state: State
    version: int
    """0: there is no row yet."""
    since: datetime | None
    moved_by: str | None = None
    case_id: str | None = None
    agent: str | None = None
    due_at: datetime | None = None
    holding_told: bool = False
    receipt_at: datetime | None = None
    unanswered_since: datetime | None = None
    offer: str | None = None

    @property
    def is_with_people(self) -> bool:
        """Whether the assistant is silent."""
        return self.state in states.WITH_PEOPLE

    def is_with_people_about(self, case_id: str) -> bool:
        """Tell whether it is this case that people have the conversation for."""
        return self.is_with_people and self.case_id == case_id


def read(connection: Connection, conversation_id: str) -> Place:
    """Return who has the conversation; without a row it is the assistant."""
    row = connection.execute(
        select(switchboard).where(_s.conversation_id == conversation_id)
    ).one_or_none()
    if row is None:
        return Place(conversation_id=conversation_id, state=State.BOT, version=0, since=None)
    values = row._asdict()
    return Place(**{**values, "state": State(values["state"])})


def move(
    connection: Connection, place: Place, state: State, *, now: datetime, **changes: Any
) -> Place:
    """Change the row, if it still stands as it was read, and return it as it is then.

    Args:
        changes: other columns; what is not named stays, but for the clock and its notes, which
            begin anew with a new state.

    Raises:
        Overtaken: somebody else has changed it since.
        IllegalMove: a fault of ours.
    """
    states.check(place.state, state)
    values: dict[str, Any] = {"moved_by": None, **changes}
    if state is not place.state:
        fresh = {"due_at": None, "holding_told": False, "receipt_at": None, "since": now}
        values = {**fresh, **values}
    values |= {"state": str(state), "version": place.version + 1}
    if place.version == 0:
        row = {
            "conversation_id": place.conversation_id,
            "since": now,
            "holding_told": False,
            **values,
        }
        is_moved = insert_once(connection, switchboard, row)
    else:
        statement = (
            update(switchboard)
            .where(_s.conversation_id == place.conversation_id, _s.version == place.version)
            .values(**values)
        )
        is_moved = connection.execute(statement).rowcount == 1
    if not is_moved:
        raise Overtaken(place.conversation_id)
    if state is not place.state:
        metrics.MOVES.labels(before=place.state, after=state).inc()
        _log.info(
            "handoff.moved",
            conversation=place.conversation_id,
            before=str(place.state),
            after=str(state),
        )
    return read(connection, place.conversation_id)


def due(connection: Connection, *, now: datetime, limit: int) -> list[str]:
    """Return conversations that the clock has to look at."""
    statement = select(_s.conversation_id).where(_s.due_at <= now).order_by(_s.due_at).limit(limit)
    return list(connection.execute(statement).scalars())


def counts(connection: Connection) -> dict[State, int]:
    """Return how many conversations stand in each state."""
    rows = connection.execute(select(_s.state, func.count()).group_by(_s.state))
    found = {State(state): int(count) for state, count in rows}
    return {state: found.get(state, 0) for state in State}
