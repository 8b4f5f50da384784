"""What a turn does to the switchboard, as a value; stored in the turn's own transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from clients.sealing import Sealer
from messaging import metrics
from messaging.errors import Overtaken
from messaging.handoff import board, cases
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.lines import Line
from messaging.handoff.passed import Passed, put_out
from messaging.handoff.states import State
from messaging.store import handoffs


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A move, and what goes to the helpdesk with it; stored whole or not at all."""

    place: Place
    """As it stood when the plan was made: where it stands no longer, nothing is stored."""
    state: State
    changes: Mapping[str, Any] = field(default_factory=dict)
    case: Case | None = None
    """A new one."""
    changed_case: str | None = None
    case_changes: Mapping[str, Any] = field(default_factory=dict)
    """What becomes of a case that is there: `changed_case`."""
    passed: tuple[Passed, ...] = ()

    @property
    def is_still(self) -> bool:
        """Whether nothing is changed: the plan only holds that nobody else has moved."""
        return self.state is self.place.state and not self.changes


@dataclass(frozen=True, kw_only=True)
class Routed:
    """What a message comes to where the assistant does not answer it."""

    plan: Plan
    lines: tuple[Line, ...] = ()


def apply(connection: Connection, sealer: Sealer, plan: Plan, *, now: datetime) -> None:
    """Store a plan. The conversation's row is locked by the caller.

    Raises:
        Overtaken: somebody moved the switchboard since; make a new plan.
    """
    if plan.is_still:
        if board.read(connection, plan.place.conversation_id).version != plan.place.version:
            raise Overtaken(plan.place.conversation_id)
    else:
        board.move(connection, plan.place, plan.state, now=now, **plan.changes)
    if plan.case is not None:
        cases.add(connection, plan.case)
        metrics.CASES.labels(reason=plan.case.reason, urgent=str(plan.case.urgent).lower()).inc()
    if plan.changed_case is not None:
        cases.change(connection, plan.changed_case, **plan.case_changes)
    if plan.case is not None or plan.changed_case is not None:
        handoffs.passed_on(connection, plan.place.conversation_id)
    for passed in plan.passed:
        put_out(connection, sealer, passed, now=now)
