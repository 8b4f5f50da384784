"""Inviting a list of people: written down at once, invited line by line, told line by line.

A process that dies in the middle loses nothing and invites nobody twice: a line is done in the
transaction that makes its invitation.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hub.accounts import audit, emails, invitations
from hub.accounts.errors import (
    EmailNotAccepted,
    HubError,
    ImportRejected,
    NotFound,
    RegistrationComplete,
    TooManyRequests,
)
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id
from hub.store.sealing import CannotUnseal
from hub.store.tables import ImportRow, InvitationImport

MOST_ROWS: Final = 10_000
EMAIL_COLUMNS: Final = frozenset({"email", "e-mail", "email address", "e-mail address"})

INVITED: Final = "invited"
DUPLICATE: Final = "duplicate"
ERASED: Final = "erased"
UNREADABLE: Final = "unreadable"
"""Sealed with a key that has been taken away; the line has to be imported again."""
REASONS: Final[Mapping[type[HubError], str]] = {
    EmailNotAccepted: "email-not-accepted",
    RegistrationComplete: "registration-complete",
    TooManyRequests: "too-many-requests",
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class RefusedRow:
    """A line that led to no invitation."""

    line: int
    """Counted from 1, the heading included."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """How far a list has come."""

    import_id: str
    total: int
    done: int
    invited: int
    refused: tuple[RefusedRow, ...]


def begin(hub: Hub, content: bytes, *, actor: str) -> str:
    """Write a list down and return its id; inviting is done afterwards.

    Args:
        hub: the hub's parts.
        content: CSV in UTF-8, with a column called email; or one address a line.
        actor: who invites, for the record.

    Raises:
        ImportRejected: it cannot be read, and why; nobody is invited then.
    """
    rows = _read(content)
    now, import_id = hub.clock.now(), new_id()
    seen: set[str] = set()
    with hub.store.transaction() as session:
        session.add(InvitationImport(id=import_id, actor=actor, created_at=now))
        session.flush()
        for line, typed in rows:
            row = ImportRow(import_id=import_id, line=line)
            try:
                address = emails.read(typed)
            except EmailNotAccepted:
                row.outcome = REASONS[EmailNotAccepted]
            else:
                row.outcome = DUPLICATE if address in seen else None
                if row.outcome is None:
                    row.email_sealed = hub.sealer.seal(place(import_id, line), address)
                seen.add(address)
            session.add(row)
        audit.note(
            hub,
            session,
            "invitations.import_begun",
            account_id=None,
            actor=actor,
            rows=len(rows),
            invitation_import=import_id,
        )
    hub.mail_waiting.set()
    return import_id


def report(hub: Hub, import_id: str) -> Report:
    """Return how far a list has come.

    Raises:
        NotFound: there is none of this id.
    """
    with hub.store.reading() as session:
        if session.get(InvitationImport, import_id) is None:
            raise NotFound
        counted = {
            row[0]: row[1]
            for row in session.execute(
                select(ImportRow.outcome, func.count())
                .where(ImportRow.import_id == import_id)
                .group_by(ImportRow.outcome)
            )
        }
        refused = session.execute(
            select(ImportRow.line, ImportRow.outcome)
            .where(
                ImportRow.import_id == import_id,
                ImportRow.outcome.is_not(None),
                ImportRow.outcome != INVITED,
            )
            .order_by(ImportRow.line)
        ).all()
    total = sum(counted.values())
    return Report(
        import_id=import_id,
        total=total,
        done=total - counted.get(None, 0),
        invited=counted.get(INVITED, 0),
        refused=tuple(RefusedRow(line=line, reason=str(outcome)) for line, outcome in refused),
    )


def invite_waiting(hub: Hub, *, at_most: int = 50) -> int:
    """Invite some of the people whose lines wait; return how many lines were done."""
    with hub.store.reading() as session:
        statement = (
            select(ImportRow.import_id, ImportRow.line)
            .where(ImportRow.outcome.is_(None))
            .order_by(ImportRow.import_id, ImportRow.line)
            .limit(at_most)
        )
        waiting = session.execute(statement).all()
    for import_id, line in waiting:
        _invite(hub, import_id, line)
    return len(waiting)


def forget(hub: Hub, session: Session, address: str) -> None:
    """Let the lines that wait for an address wait no longer: its owner is erased."""
    waiting = select(ImportRow).where(
        ImportRow.outcome.is_(None), ImportRow.email_sealed.is_not(None)
    )
    for row in session.scalars(waiting):
        assert row.email_sealed is not None
        try:
            found = hub.sealer.unseal(place(row.import_id, row.line), row.email_sealed)
        except CannotUnseal:
            continue  # it will invite nobody
        if found == address:
            row.email_sealed, row.outcome = None, ERASED


def _invite(hub: Hub, import_id: str, line: int) -> None:
    with hub.store.transaction() as session:
        row = _take(session, import_id, line)
        if row is None:
            return
        actor = session.get_one(InvitationImport, import_id).actor
        assert row.email_sealed is not None
        sealed, row.email_sealed = row.email_sealed, None
        try:
            address = hub.sealer.unseal(place(import_id, line), sealed)
            invitations.invite(hub, email=address, actor=actor)
        except (RegistrationComplete, TooManyRequests) as exc:
            row.outcome = REASONS[type(exc)]
            log.info("import.row_refused", invitation_import=import_id, reason=row.outcome)
        except CannotUnseal:
            row.outcome = UNREADABLE
            log.error("import.cannot_unseal", invitation_import=import_id)  # noqa: TRY400 - no secrets


def _take(session: Session, import_id: str, line: int) -> ImportRow | None:
    """Mark a line as done, unless another process has; that one then holds it."""
    return session.scalars(
        update(ImportRow)
        .where(
            ImportRow.import_id == import_id,
            ImportRow.line == line,
            ImportRow.outcome.is_(None),
        )
        .values(outcome=INVITED)
        .returning(ImportRow)
        .execution_options(populate_existing=True)
    ).one_or_none()


def place(import_id: str, line: int) -> str:
    """Return where a line's address is sealed for."""
    return f"import_rows.email:{import_id}:{line}"


def _read(content: bytes) -> list[tuple[int, str]]:
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        raise ImportRejected("not_text") from None
    numbered = [(line, row) for line, row in enumerate(lines, 1) if any(map(str.strip, row))]
    if not numbered:
        raise ImportRejected("no_rows")
    column = _email_column(numbered[0][1])
    if column is None:
        raise ImportRejected("no_email_column")
    if "@" not in numbered[0][1][column]:
        del numbered[0]
    if not numbered:
        raise ImportRejected("no_rows")
    if len(numbered) > MOST_ROWS:
        raise ImportRejected("too_many_rows")
    return [(line, row[column] if column < len(row) else "") for line, row in numbered]


def _email_column(first: list[str]) -> int | None:
    for column, heading in enumerate(first):
        if heading.strip().lower() in EMAIL_COLUMNS:
            return column
    return 0 if len(first) == 1 and "@" in first[0] else None
