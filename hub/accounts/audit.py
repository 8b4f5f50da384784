"""Events of record."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.accounts.hub import Hub
from hub.store import audit

PERSON: Final = "person"
HUB: Final = "hub"


def note(
    hub: Hub,
    session: Session,
    event: str,
    *,
    account_id: str | None,
    actor: str = PERSON,
    **facts: Any,
) -> None:
    """Put an event on record, in the transaction that it tells of.

    Args:
        hub: the hub's parts.
        session: the transaction.
        event: what happened, as `code.wrong`.
        account_id: to whom; opaque.
        actor: who did it: `PERSON`, `HUB` or an operator's name for the command line.
        facts: opaque ids and counts; never an address, number, code or text.
    """
    recorded: Mapping[str, Any] = facts
    audit.record(
        session, event, at=hub.clock.now(), subject=account_id, actor=actor, facts=recorded
    )
