"""Bringing what is sealed and looked up to the newest keys, while the hub runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hub.accounts import audit, code_texts, imports, outbox, sealed
from hub.accounts.hub import Hub
from hub.accounts.mail_requests import place as mail_request_place
from hub.store import tables
from hub.store.tables import Account

AT_ONCE = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Column:
    """A column of sealed values, and the place that each is sealed for."""

    of: InstrumentedAttribute[Any]
    place: Callable[[Any], str]


COLUMNS = (
    _Column(Account.email_sealed, lambda row: sealed.email_place(row.id)),
    _Column(Account.number_sealed, lambda row: sealed.account_number_place(row.id)),
    _Column(
        tables.Registration.number_sealed, lambda row: sealed.registration_number_place(row.id)
    ),
    _Column(tables.Challenge.number_sealed, lambda row: code_texts.number_place(row.id)),
    _Column(tables.Authenticator.secret_sealed, lambda row: sealed.secret_place(row.id)),
    _Column(tables.Outgoing.payload_sealed, lambda row: outbox.place(row.id)),
    _Column(tables.MailRequest.email_sealed, lambda row: mail_request_place(row.id)),
    _Column(tables.ImportRow.email_sealed, lambda row: imports.place(row.import_id, row.line)),
    _Column(tables.KeptAnswer.answer_sealed, lambda row: sealed.answer_place(row.key)),
)
"""Every column whose name ends in `_sealed`; a test says that none is missing."""


def reseal(hub: Hub, *, actor: str) -> dict[str, int]:
    """Seal every value anew that an older key sealed; return how many of each column.

    The keyed hashes of addresses follow, so that an older look-up key can be taken away as well,
    once the invitations that are out have expired: their codes are known to nobody.

    Raises:
        CannotUnseal: a key is missing; what was done until then is kept.
    """
    done = {}
    for column in COLUMNS:
        name = f"{column.of.class_.__tablename__}.{column.of.key}"
        done[name] = _reseal(hub, column)
    done["accounts.email_lookup"] = _look_up_anew(hub)
    with hub.store.transaction() as session:
        audit.note(hub, session, "keys.resealed", account_id=None, actor=actor, **done)
    return done


def _reseal(hub: Hub, column: _Column) -> int:
    """Seal one column anew, a few hundred rows a transaction."""
    count = 0
    table: Any = column.of.class_
    current = hub.sealer.current_prefix
    statement = (
        select(table)
        .where(column.of.is_not(None), ~column.of.startswith(current, autoescape=True))
        .limit(AT_ONCE)
    )
    while True:
        with hub.store.transaction() as session:
            rows = session.scalars(statement.with_for_update()).all()
            for row in rows:
                place = column.place(row)
                value = hub.sealer.unseal(place, getattr(row, column.of.key))
                setattr(row, column.of.key, hub.sealer.seal(place, value))
            count += len(rows)
        if len(rows) < AT_ONCE:
            return count


def _look_up_anew(hub: Hub) -> int:
    count, after = 0, ""
    while True:
        with hub.store.transaction() as session:
            accounts = _accounts_after(session, after)
            for account in accounts:
                lookup = hub.lookup.of("email", sealed.email_of(hub, account))
                count += lookup != account.email_lookup
                account.email_lookup = lookup
        if not accounts:
            return count
        after = accounts[-1].id


def _accounts_after(session: Session, after: str) -> list[Account]:
    statement = select(Account).where(Account.id > after).order_by(Account.id).limit(AT_ONCE)
    return list(session.scalars(statement))
