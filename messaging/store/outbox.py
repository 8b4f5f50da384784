"""Outbox rows: texts on their way to the carrier and what became of them."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.sql import ColumnElement

from messaging.store.once import insert_once
from messaging.store.schema import outbox, senders

CREATED: Final = "created"
ACCEPTED: Final = "accepted"
SENT: Final = "sent"
DELIVERED: Final = "delivered"
UNDELIVERED: Final = "undelivered"
FAILED: Final = "failed"

RANK: Final = {CREATED: 0, ACCEPTED: 1, SENT: 2, DELIVERED: 3, UNDELIVERED: 3, FAILED: 3}
"""A row moves to a higher rank, so late, repeated and reordered news change nothing.

Once it may begin anew, under another id of the carrier (`send_again`).
"""
FINAL_RANK: Final = 3

CODES_FIRST: Final = 0
IN_TURN: Final = 1

_TURN: Final = re.compile("[0-9a-f]{32}")

_o = outbox.c
_earlier = outbox.alias("earlier")
_code = outbox.alias("code")


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text as it stood when it was read."""

    text_id: str
    conversation_id: str
    seq: int
    purpose: str
    priority: int
    sender: str
    idempotency_key: str
    sealed_body: bytes | None
    segments: int
    journey: str | None
    state: str
    reason: str | None
    created_at: datetime
    expires_at: datetime
    due_at: datetime
    tries: int
    tried_at: datetime | None
    accepted_at: datetime | None = None
    error_code: int | None = None
    first_carrier_id: str | None = None
    """Set: it is being sent once more, and this was the carrier's id of the first time."""

    @property
    def is_sent_again(self) -> bool:
        """Whether it is sent once more by itself; what a person sends again has no code."""
        return self.first_carrier_id is not None and self.error_code is not None

    @property
    def turn_id(self) -> str | None:
        """The turn that it answers; None: nobody's turn brought it about."""
        first = self.idempotency_key.partition("/")[0]
        return first if _TURN.fullmatch(first) else None


def add(connection: Connection, text: Text) -> bool:
    """Append the text; False: its idempotency key was used before and nothing was added."""
    values = {name: getattr(text, name) for name in Text.__dataclass_fields__}
    return insert_once(connection, outbox, values)


def get(connection: Connection, text_id: str) -> Text | None:
    """Return the text; None: there is none."""
    return _one(connection, _o.text_id == text_id)


def by_key(connection: Connection, idempotency_key: str) -> Text | None:
    """Return the text that a request with this key made; None: there is none."""
    return _one(connection, _o.idempotency_key == idempotency_key)


def next_due(
    connection: Connection, *, now: datetime, conversation_id: str | None = None
) -> Text | None:
    """Return the text to be tried next: codes first, then the oldest; None: nothing is due.

    A text waits for the earlier ones of its conversation; a code waits for nothing but its sender.
    Nothing waits for a text that is sent once more, and nothing of a sender leaves while a code of
    that sender is due, in whatever conversation: one that asks for its own replies gets None.
    """
    # Asked once for all rows, so that a long backlog stays cheap.
    code_waits = select(_code.c.sender).where(
        _code.c.priority == CODES_FIRST,
        _code.c.state == CREATED,
        _code.c.due_at <= now,
        _is_free(now, _code.c),
    )
    in_turn = ~exists().where(
        _earlier.c.conversation_id == _o.conversation_id,
        _earlier.c.state == CREATED,
        _earlier.c.seq < _o.seq,
        _earlier.c.priority >= _o.priority,
        or_(_earlier.c.first_carrier_id.is_(None), _o.first_carrier_id.is_not(None)),
    )
    statement = (
        select(*_fields())
        .outerjoin(senders, senders.c.sender == _o.sender)
        .where(
            _o.state == CREATED,
            _o.due_at <= now,
            _is_free(now),
            or_(senders.c.free_at.is_(None), senders.c.free_at <= now),
            or_(_o.priority == CODES_FIRST, and_(in_turn, _o.sender.not_in(code_waits))),
        )
        .order_by(_o.priority, _o.created_at, _o.seq)
        .limit(1)
    )
    if conversation_id is not None:
        statement = statement.where(_o.conversation_id == conversation_id)
    row = connection.execute(statement).one_or_none()
    return None if row is None else Text(**row._asdict())


def begin_try(connection: Connection, text: Text, *, now: datetime, until: datetime) -> Text | None:
    """Take the text for one try and return it as it stands then; None: somebody was faster.

    Its `tried_at` stays that of an earlier try with no known result.
    """
    statement = (
        update(outbox)
        .where(
            _o.text_id == text.text_id,
            _o.state == CREATED,
            _o.tries == text.tries,
            _is_free(now),
        )
        .values(lease_until=until, tried_at=func.coalesce(_o.tried_at, now), tries=_o.tries + 1)
    )
    if connection.execute(statement).rowcount != 1:
        return None
    return replace(text, tries=text.tries + 1)


def use_allowance(
    connection: Connection, sender: str, *, cost: timedelta, burst: timedelta, now: datetime
) -> None:
    """Charge a sender for what is about to be sent; up to `burst` may be sent at once."""
    insert_once(connection, senders, {"sender": sender, "free_at": now - burst})
    statement = select(senders.c.free_at).where(senders.c.sender == sender).with_for_update()
    free_at = connection.execute(statement).scalar_one()
    connection.execute(
        update(senders)
        .where(senders.c.sender == sender)
        .values(free_at=max(free_at, now - burst) + cost)
    )


def accepted(connection: Connection, text_id: str, carrier_id: str, *, now: datetime) -> None:
    """Note that the carrier has it; news that came first stand."""
    connection.execute(
        update(outbox)
        .where(_o.text_id == text_id, _o.state == CREATED, _is_not_first(carrier_id))
        .values(state=ACCEPTED, carrier_id=carrier_id, accepted_at=now, **_ON_ITS_WAY)
    )


def try_again(connection: Connection, text: Text, *, due_at: datetime, is_ambiguous: bool) -> bool:
    """Give the text back for a later try; an ambiguous one is looked up first.

    False: somebody else is trying it by now.
    """
    values: dict[str, Any] = {"lease_until": None, "due_at": due_at}
    if not is_ambiguous:
        values["tried_at"] = None
    return _update_tried(connection, text, **values)


def not_there(connection: Connection, text: Text, *, tried_at: datetime, until: datetime) -> bool:
    """Note that the ambiguous try did not reach the carrier and that the next one begins now.

    False: somebody else is trying it by now.
    """
    return _update_tried(connection, text, tried_at=tried_at, lease_until=until)


def give_up(
    connection: Connection,
    text: Text,
    *,
    reason: str,
    error_code: int | None,
    is_dead: bool,
    now: datetime,
) -> bool:
    """Note that the text will not be sent; False: news that came first stand.

    A dead text stands in the dead-letter list and keeps its body until it is retried or dropped; a
    code, which is not sent again, does not.
    """
    settled = _ON_ITS_WAY if is_dead else _SETTLED
    return _update_tried(
        connection,
        text,
        state=FAILED,
        reason=reason,
        error_code=error_code,
        dead=is_dead,
        finished_at=now,
        **settled,
    )


def _update_tried(connection: Connection, text: Text, **values: Any) -> bool:
    """Write as the one who tries it: the count of tries is the fence."""
    statement = (
        update(outbox)
        .where(_o.text_id == text.text_id, _o.state == CREATED, _o.tries == text.tries)
        .values(**values)
    )
    return connection.execute(statement).rowcount == 1


def report(
    connection: Connection,
    text_id: str,
    state: str,
    *,
    carrier_id: str,
    reason: str | None,
    error_code: int | None,
    now: datetime,
) -> bool:
    """Take in news from the carrier; False: they are not news, or of no text of ours."""
    lower = [name for name, rank in RANK.items() if rank < RANK[state]]
    values: dict[str, Any] = {"state": state, "carrier_id": carrier_id, **_ON_ITS_WAY}
    values["accepted_at"] = func.coalesce(_o.accepted_at, now)
    if RANK[state] == FINAL_RANK:
        values |= {"reason": reason, "error_code": error_code, "finished_at": now, **_SETTLED}
    statement = (
        update(outbox)
        .where(
            _o.text_id == text_id,
            _o.state.in_(lower),
            or_(_o.carrier_id.is_(None), _o.carrier_id == carrier_id),
            _is_not_first(carrier_id),
        )
        .values(**values)
    )
    return connection.execute(statement).rowcount == 1


def send_again(
    connection: Connection, text_id: str, carrier_id: str, *, error_code: int, due_at: datetime
) -> bool:
    """Let a text that did not arrive be sent a second time; False: it may not be.

    That is a code (who waits for it is told and asks for another), one that is of no use by then,
    and one that was sent twice. News of the first sending change nothing from here on; the count of
    tries goes up, so that whoever is still at the first one changes nothing either.
    """
    statement = (
        update(outbox)
        .where(
            _o.text_id == text_id,
            _o.state.in_([name for name, rank in RANK.items() if rank < FINAL_RANK]),
            or_(_o.carrier_id.is_(None), _o.carrier_id == carrier_id),
            _o.first_carrier_id.is_(None),
            _o.sealed_body.is_not(None),
            _o.priority != CODES_FIRST,
            _o.expires_at > due_at,
        )
        .values(
            state=CREATED,
            carrier_id=None,
            first_carrier_id=carrier_id,
            error_code=error_code,
            accepted_at=None,
            due_at=due_at,
            tries=_o.tries + 1,
            lease_until=None,
            tried_at=None,
        )
    )
    return connection.execute(statement).rowcount == 1


def is_overtaken(connection: Connection, text: Text) -> bool:
    """Tell whether something newer was said in the conversation; a code is no part of it."""
    statement = (
        select(_o.text_id)
        .where(
            _o.conversation_id == text.conversation_id,
            _o.created_at > text.created_at,
            _o.priority != CODES_FIRST,
        )
        .limit(1)
    )
    return connection.execute(statement).first() is not None


def erase_bodies(connection: Connection, *, now: datetime) -> int:
    """Erase the bodies of texts whose fate the carrier never told; return how many."""
    statement = (
        update(outbox)
        .where(
            _o.sealed_body.is_not(None),
            _o.expires_at <= now,
            _o.state.in_((ACCEPTED, SENT)),
        )
        .values(sealed_body=None)
    )
    return connection.execute(statement).rowcount


def forget(connection: Connection, *, before: datetime) -> int:
    """Remove texts older than this that nobody will send any more; return how many."""
    return connection.execute(
        delete(outbox).where(_o.created_at < before, _o.state != CREATED)
    ).rowcount


def known_carrier_ids(connection: Connection, carrier_ids: list[str]) -> set[str]:
    """Return those of the ids that belong to a text of ours already."""
    known: set[str] = set()
    for column in (_o.carrier_id, _o.first_carrier_id):
        known.update(connection.execute(select(column).where(column.in_(carrier_ids))).scalars())
    return known


def due_count(connection: Connection, *, now: datetime) -> int:
    """Return how many texts could be tried now."""
    return int(
        connection.execute(
            select(func.count()).where(_o.state == CREATED, _o.due_at <= now, _is_free(now))
        ).scalar_one()
    )


_ON_ITS_WAY: Final[dict[str, Any]] = {
    "sealed_body": case((_o.priority == CODES_FIRST, None), else_=_o.sealed_body),
    "lease_until": None,
    "tried_at": None,
}
_SETTLED: Final[dict[str, Any]] = {"sealed_body": None, "lease_until": None, "tried_at": None}


def _is_not_first(carrier_id: str) -> ColumnElement[bool]:
    """A late word about a first sending is not one about the second."""
    return or_(_o.first_carrier_id.is_(None), _o.first_carrier_id != carrier_id)


def _is_free(now: datetime, of: Any = _o) -> ColumnElement[bool]:
    return or_(of.lease_until.is_(None), of.lease_until <= now)


def _one(connection: Connection, condition: ColumnElement[bool]) -> Text | None:
    row = connection.execute(select(*_fields()).where(and_(condition))).one_or_none()
    return None if row is None else Text(**row._asdict())


def _fields() -> list[Any]:
    return [_o[name] for name in Text.__dataclass_fields__]
