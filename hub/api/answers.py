"""Answers that are given once: the first for an idempotency key is kept with what it tells of."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.accounts import outbox, sealed
from hub.accounts.errors import CodeExpired, HubError, TextNotAccepted
from hub.accounts.hub import Hub
from hub.api import problems
from hub.store.tables import KeptAnswer, Registration
from wire.names import IDEMPOTENCY_KEY

KEY_SHAPE: Final = re.compile(r"[!-~]{1,255}")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a write is answered with."""

    status: int
    body: Mapping[str, Any] | None = None
    outgoing_id: str | None = None
    """A text without whose hand-over the answer would not be true."""
    otherwise: Mapping[str, Any] | None = None
    """The problem document that is true without the hand-over."""


def _body_of(answer: Answer) -> Response:
    if answer.body is not None and answer.status >= 400:
        return problems.respond(answer.body)
    body = "" if answer.body is None else json.dumps(answer.body)
    return Response(body, status=answer.status, content_type="application/json")


def once(hub: Hub, operation: Callable[[], Answer]) -> Response:
    """Do a write once for its idempotency key, and give the first answer ever after.

    The work and the answer are kept in one transaction, so a process that dies leaves both or
    neither. An error of a use case is an answer like any other. What the answer says was sent has
    to be handed over before it is given, the first time and every other.
    """
    key = request.headers.get(IDEMPOTENCY_KEY, "")
    if KEY_SHAPE.fullmatch(key) is None:
        return problems.respond(problems.document(problems.KEY_NEEDED))
    fingerprint = _fingerprint(hub)
    row_key = hashlib.sha256(key.encode()).hexdigest()
    with hub.store.transaction() as session:
        is_first = _is_first(hub, session, row_key, fingerprint)
        if is_first:
            answer = _carried_out(operation)
            _keep(hub, session, row_key, answer)
        else:
            kept = _kept(hub, session, row_key, fingerprint)
            if kept is None:
                return problems.respond(problems.document(problems.KEY_REUSED))
            answer = kept
    return _given(hub, answer, held=is_first)


def _carried_out(operation: Callable[[], Answer]) -> Answer:
    try:
        return operation()
    except CodeExpired as exc:
        body = problems.document_of(exc)
        return Answer(
            status=body["status"],
            body=body,
            outgoing_id=exc.outgoing_id,
            otherwise=problems.document_of(CodeExpired()),
        )
    except HubError as exc:
        body = problems.document_of(exc)
        return Answer(status=body["status"], body=body)


def _given(hub: Hub, answer: Answer, *, held: bool) -> Response:
    if answer.outgoing_id is not None:
        reached = outbox.hand_over(hub, answer.outgoing_id, held=held)
        if reached is not outbox.Handover.ACCEPTED:
            return problems.respond(answer.otherwise or problems.document_of(TextNotAccepted()))
    return _body_of(answer)


def _fingerprint(hub: Hub) -> str:
    content = b"\n".join((request.method.encode(), request.path.encode(), request.get_data()))
    digest = hashlib.sha256(content).hexdigest()
    return hub.lookup.of("request", digest)


def _is_first(hub: Hub, session: Session, row_key: str, fingerprint: str) -> bool:
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    statement = (
        insert(KeptAnswer)
        .values(key=row_key, request=fingerprint, created_at=hub.clock.now())
        .on_conflict_do_nothing(index_elements=[KeptAnswer.key])
        .returning(KeptAnswer.key)
    )
    return session.execute(statement).one_or_none() is not None


def _keep(hub: Hub, session: Session, row_key: str, answer: Answer) -> None:
    row = session.get_one(KeptAnswer, row_key)
    document = json.dumps(
        {"status": answer.status, "body": answer.body, "otherwise": answer.otherwise}
    )
    row.answer_sealed = hub.sealer.seal(sealed.answer_place(row_key), document)
    row.outgoing_id = answer.outgoing_id
    registration_id = (request.view_args or {}).get("registration_id") or (answer.body or {}).get(
        "registration_id"
    )
    if registration_id and session.get(Registration, str(registration_id)) is not None:
        row.registration_id = str(registration_id)


def _kept(hub: Hub, session: Session, row_key: str, fingerprint: str) -> Answer | None:
    row = session.scalars(select(KeptAnswer).where(KeptAnswer.key == row_key)).one()
    if not hmac.compare_digest(row.request, fingerprint):
        return None
    assert row.answer_sealed is not None
    document = json.loads(hub.sealer.unseal(sealed.answer_place(row_key), row.answer_sealed))
    return Answer(
        status=document["status"],
        body=document["body"],
        otherwise=document["otherwise"],
        outgoing_id=row.outgoing_id,
    )
