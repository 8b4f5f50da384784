"""Cases: what was passed on to the helpdesk, for whom, and what became of it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, or_, select, update

from messaging.handoff.schema import cases
from messaging.store.once import insert_once

SHARE_NUMBER: Final = "with_number"
NO_NUMBER: Final = "without_number"
NOT_ASKED: Final = "not_asked"
"""An urgent ticket for somebody who cannot be asked."""

RESOLVED: Final = "resolved"
HANDED_BACK: Final = "handed_back"

REOPENED: Final[Mapping[str, None]] = {"closed_at": None, "outcome": None}
"""What changes where people have to work on a closed case again."""

_LETTERS: Final = "ABCDEFGHJKMNPQRTUVWXY346789"
"""No letters and digits that are taken for each other."""

_c = cases.c


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request for help, as people work on it."""

    case_id: str
    conversation_id: str
    reference: str
    adapter: str
    reason: str
    journey: str | None
    step: str | None
    urgent: bool
    consent: str
    consent_version: str
    in_hours: bool | None
    created_at: datetime
    remote_ref: str | None = None
    opened_at: datetime | None = None
    delay_told: bool = False
    first_reply_at: datetime | None = None
    first_reply_s: int | None = None
    closed_at: datetime | None = None
    outcome: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether people still work on it."""
        return self.closed_at is None


def new_reference() -> str:
    """Return a reference that can be read out on the phone."""
    return "EHC-" + "".join(secrets.choice(_LETTERS) for _ in range(6))


def add(connection: Connection, case: Case) -> bool:
    """Record the case; False: it is there already."""
    values = {name: getattr(case, name) for name in Case.__dataclass_fields__}
    return insert_once(connection, cases, values)


def get(connection: Connection, case_id: str | None) -> Case | None:
    """Return the case; None: there is none."""
    return None if case_id is None else _one(connection, _c.case_id == case_id)


def find(connection: Connection, adapter: str, key: str | None) -> Case | None:
    """Return the case that a helpdesk means by its own name of the ticket, or by our case id.

    Never by the reference: anybody can write one into the title of another ticket.
    """
    if not key:
        return None
    return _one(
        connection,
        (_c.adapter == adapter) & or_(_c.remote_ref == key, _c.case_id == key),
    )


def open_of(connection: Connection, conversation_id: str) -> Case | None:
    """Return the newest case of the conversation that people still work on."""
    return _one(connection, (_c.conversation_id == conversation_id) & _c.closed_at.is_(None))


def change(connection: Connection, case_id: str, **values: Any) -> None:
    """Note what became of the case."""
    connection.execute(update(cases).where(_c.case_id == case_id).values(**values))


def open_refs(connection: Connection, adapter: str, *, since: datetime) -> list[str]:
    """Return the helpdesk's names of tickets that may still have news."""
    statement = select(_c.remote_ref).where(
        _c.adapter == adapter,
        _c.remote_ref.is_not(None),
        or_(_c.closed_at.is_(None), _c.closed_at >= since),
    )
    return [str(ref) for ref in connection.execute(statement).scalars()]


def _one(connection: Connection, condition: Any) -> Case | None:
    row = connection.execute(
        select(cases).where(condition).order_by(_c.created_at.desc()).limit(1)
    ).one_or_none()
    return None if row is None else Case(**row._asdict())
