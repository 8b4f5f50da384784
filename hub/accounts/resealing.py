"""Bringing what is sealed and looked up to the newest keys, while the hub runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

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


@dataclass(frozen=True)
class _Lookup:
    """A column of keyed hashes, and how the value that each is of is read."""

    of: InstrumentedAttribute[Any]
    kind: str
    value: Callable[[Hub, Any], str | None]


LOOKUPS = (
    _Lookup(Account.email_lookup, "email", sealed.email_of),
    _Lookup(Account.number_lookup, "number", sealed.number_of),
    _Lookup(tables.Registration.number_lookup, "number", sealed.registration_number),
)
"""Those of people; an invitation's code is known to nobody, and a challenge's number is part of
what its code is derived from, so both live out their time under the key that made them."""


def reseal(hub: Hub, *, actor: str) -> dict[str, int]:
    """Seal every value anew that an older key sealed; return how many of each column.

    The keyed hashes of addresses and numbers follow, so that an older look-up key can be taken away
    as well, once the invitations that are out have expired: their codes are known to nobody. A
    security code that is out at that moment no longer works: it was bound to the former hash.

    Raises:
        CannotUnseal: a key is missing; what was done until then is kept.
    """
    done = {}
    for column in COLUMNS:
        name = f"{column.of.class_.__tablename__}.{column.of.key}"
        done[name] = _reseal(hub, column)
    for lookup in LOOKUPS:
        done[f"{lookup.of.class_.__tablename__}.{lookup.of.key}"] = _look_up_anew(hub, lookup)
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


def _look_up_anew(hub: Hub, lookup: _Lookup) -> int:
    """Make one column's keyed hashes anew, a few hundred rows a transaction."""
    count, after = 0, ""
    table: Any = lookup.of.class_
    while True:
        with hub.store.transaction() as session:
            statement = (
                select(table)
                .where(table.id > after, lookup.of.is_not(None))
                .order_by(table.id)
                .limit(AT_ONCE)
            )
            rows = list(session.scalars(statement.with_for_update()))
            for row in rows:
                value = lookup.value(hub, row)
                assert value is not None
                renewed = hub.lookup.of(lookup.kind, value)
                count += renewed != getattr(row, lookup.of.key)
                setattr(row, lookup.of.key, renewed)
        if not rows:
            return count
        after = rows[-1].id
