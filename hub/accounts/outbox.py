"""Texts and mails on their way out: written with what they tell of, handed over afterwards.

A row is made in the transaction that it tells of. Whoever made it may lease it and hand it over at
once; the relay takes the others, and those whose lease ran out. The row's id is the idempotency key
of a text and the Message-ID of a mail, so a hand-over that is repeated after a crash is known as
such.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

import structlog
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from clients.errors import ClientError, Refused
from hub.accounts import code_texts, letters
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id
from hub.store.sealing import CannotUnseal
from hub.store.tables import Outgoing

SECURITY_CODE: Final = "security_code"
TEXT: Final = "text"
MAIL: Final = "mail"

LEASE: Final = timedelta(seconds=30)
"""Longer than a hand-over can take: the sum of the clients' time-outs."""
FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(minutes=5)
USEFUL_FOR: Final = timedelta(hours=24)
"""How long a notice or mail is tried, unless its maker says less."""

log = structlog.get_logger(__name__)


class Handover(Enum):
    """How far a text or mail has come."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    TOO_LATE = "too_late"
    WAITING = "waiting"


@dataclass(frozen=True, kw_only=True)
class _Claim:
    id: str
    kind: str
    attempts: int
    created_at: datetime
    not_after: datetime
    challenge_id: str | None
    payload_sealed: str | None


def place(outgoing_id: str) -> str:
    """Return where a payload is sealed for."""
    return f"outbox.payload:{outgoing_id}"


def add(
    hub: Hub,
    session: Session,
    kind: str,
    *,
    account_id: str | None,
    payload: Mapping[str, str] | None = None,
    challenge_id: str | None = None,
    not_after: datetime | None = None,
    held: bool = False,
) -> str:
    """Write a text or mail down and return its id.

    Args:
        hub: the hub's parts.
        session: the transaction it belongs to.
        kind: `SECURITY_CODE`, `TEXT` or `MAIL`.
        account_id: whose it is, so that it goes when the person is erased.
        payload: what to send; a security code needs none, being derived when it is handed over.
        challenge_id: the challenge of a security code.
        not_after: when it has lost its use.
        held: the caller hands it over itself; otherwise the relay does.
    """
    now = hub.clock.now()
    outgoing = Outgoing(
        id=new_id(),
        kind=kind,
        account_id=account_id,
        challenge_id=challenge_id,
        created_at=now,
        not_after=not_after or now + USEFUL_FOR,
        next_try_at=now,
        leased_until=now + LEASE if held else None,
        attempts=0,
    )
    if payload is not None:
        outgoing.payload_sealed = hub.sealer.seal(place(outgoing.id), json.dumps(payload))
    session.add(outgoing)
    session.flush()
    if not held:
        hub.mail_waiting.set()
    return outgoing.id


def hand_over(hub: Hub, outgoing_id: str, *, held: bool = False) -> Handover:
    """Hand a text or mail over, unless that is done or under way; never raises for a neighbour.

    Args:
        hub: the hub's parts.
        outgoing_id: what `add` returned.
        held: the caller made the row with `held` a moment ago, and nobody else can have it.
    """
    claim = _claim(hub, outgoing_id, held=held)
    if claim is None:
        return state_of(hub, outgoing_id)
    if claim.not_after <= hub.clock.now():
        return _finish(hub, claim, Handover.TOO_LATE)
    try:
        text_id = _send(hub, claim)
    except CannotUnseal:
        log.error("outbox.cannot_unseal", outgoing=claim.id, kind=claim.kind)  # noqa: TRY400 - no trace of secrets
        return _finish(hub, claim, Handover.REFUSED)
    except Refused as exc:
        log.warning("outbox.refused", outgoing=claim.id, kind=claim.kind, status=exc.status)
        return _finish(hub, claim, Handover.REFUSED)
    except ClientError as exc:
        log.warning("outbox.waiting", outgoing=claim.id, kind=claim.kind, reason=exc.reason)
        return _put_back(hub, claim)
    return _finish(hub, claim, Handover.ACCEPTED, text_id=text_id)


def state_of(hub: Hub, outgoing_id: str) -> Handover:
    """Return how far a text or mail has come."""
    with hub.store.reading() as session:
        outgoing = session.get(Outgoing, outgoing_id, populate_existing=True)
    if outgoing is None:
        return Handover.TOO_LATE
    return Handover(outgoing.outcome) if outgoing.outcome else Handover.WAITING


def due(hub: Hub, *, at_most: int = 50) -> list[str]:
    """Return the ids of what waits to be handed over, oldest first."""
    now = hub.clock.now()
    with hub.store.reading() as session:
        statement = (
            select(Outgoing.id)
            .where(Outgoing.done_at.is_(None), Outgoing.next_try_at <= now, _is_free(now))
            .order_by(Outgoing.next_try_at)
            .limit(at_most)
        )
        return list(session.scalars(statement))


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(Outgoing.leased_until.is_(None), Outgoing.leased_until <= now)


def _claim(hub: Hub, outgoing_id: str, *, held: bool) -> _Claim | None:
    now = hub.clock.now()
    statement = (
        update(Outgoing)
        .where(Outgoing.id == outgoing_id, Outgoing.done_at.is_(None))
        .values(leased_until=now + LEASE, attempts=Outgoing.attempts + 1)
        .returning(Outgoing)
        .execution_options(populate_existing=True)
    )
    if not held:
        statement = statement.where(_is_free(now))
    with hub.store.transaction() as session:
        outgoing = session.scalars(statement).one_or_none()
        if outgoing is None:
            return None
        return _Claim(
            id=outgoing.id,
            kind=outgoing.kind,
            attempts=outgoing.attempts,
            created_at=outgoing.created_at,
            not_after=outgoing.not_after,
            challenge_id=outgoing.challenge_id,
            payload_sealed=outgoing.payload_sealed,
        )


def _send(hub: Hub, claim: _Claim) -> str | None:
    payload: dict[str, str] = {}
    if claim.payload_sealed is not None:
        payload = json.loads(hub.sealer.unseal(place(claim.id), claim.payload_sealed))
    if claim.kind == MAIL:
        letter = letters.write(hub, payload)
        hub.mails.send(
            to=payload["to"],
            subject=letter.subject,
            plain=letter.plain,
            html=letter.html,
            message_id=claim.id,
        )
        return None
    if claim.kind == SECURITY_CODE:
        assert claim.challenge_id is not None
        to, body = code_texts.write(hub, claim.challenge_id, asked_at=claim.created_at)
    else:
        to, body = payload["to"], payload["body"]
    left = claim.not_after - hub.clock.now()
    return hub.texts.send(
        to=to,
        body=body,
        purpose=SECURITY_CODE if claim.kind == SECURITY_CODE else "notice",
        valid_for_s=max(1, int(left.total_seconds())),
        idempotency_key=claim.id,
    )


def _finish(hub: Hub, claim: _Claim, outcome: Handover, *, text_id: str | None = None) -> Handover:
    with hub.store.transaction() as session:
        session.execute(
            update(Outgoing)
            .where(Outgoing.id == claim.id)
            .values(
                done_at=hub.clock.now(),
                outcome=outcome.value,
                text_id=text_id,
                payload_sealed=None,
            )
        )
    log.info("outbox.done", outgoing=claim.id, kind=claim.kind, outcome=outcome.value)
    return outcome


def _put_back(hub: Hub, claim: _Claim) -> Handover:
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(claim.attempts - 1, 16))
    with hub.store.transaction() as session:
        session.execute(
            update(Outgoing)
            .where(Outgoing.id == claim.id)
            .values(next_try_at=hub.clock.now() + wait, leased_until=None)
        )
    return Handover.WAITING
