"""What is passed to the helpdesk: a new case, a parent's words, a fact, the end of a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from clients.sealing import Sealer
from messaging.handoff import relays, words
from messaging.handoff.cases import Case
from messaging.inbound import open_values
from messaging.store.messages import Message


@dataclass(frozen=True, kw_only=True)
class Passed:
    """One thing for the helpdesk."""

    case_id: str
    adapter: str
    kind: str
    cause: str
    """What it comes of; nothing goes twice for one cause."""
    body: Mapping[str, Any]


def new_case(case: Case, asked: Mapping[str, Any]) -> Passed:
    """Open the ticket of a case; `asked` holds its reason and facts."""
    return _passed(case, relays.OPEN, f"open/{case.case_id}", asked)


def note(case: Case, cause: str, text: str, **more: Any) -> Passed:
    """Tell the person a fact."""
    return _passed(case, relays.NOTE, cause, {"text": text, **more})


def parents_words(
    case: Case,
    message: Message,
    sealer: Sealer,
    *,
    is_urgent: bool,
    reopens: bool,
    held_back: str | None = None,
) -> Passed:
    """Let the person read a message of the parent, with what was held back of it named."""
    values = open_values(sealer, message.message_id, message.sealed_values)
    text = words.for_person(message.text, values)
    if held_back is not None:
        text = f"{text} [{held_back}]".strip()
    body = {"text": text, "urgent": is_urgent, "reopens": reopens}
    return _passed(case, relays.PARENT, f"parent/{message.message_id}", body)


def closed(case: Case, cause: str) -> Passed:
    """Close the ticket of a case that was closed by a reply."""
    return _passed(case, relays.CLOSE, cause, {"text": "Closed by reply."})


def put_out(connection: Connection, sealer: Sealer, passed: Passed, *, now: datetime) -> None:
    """Put it on its way to the helpdesk, once for its cause."""
    relays.add(
        connection,
        sealer,
        case_id=passed.case_id,
        adapter=passed.adapter,
        direction=relays.OUT,
        cause=passed.cause,
        kind=passed.kind,
        body=passed.body,
        now=now,
    )


def _passed(case: Case, kind: str, cause: str, body: Mapping[str, Any]) -> Passed:
    return Passed(case_id=case.case_id, adapter=case.adapter, kind=kind, cause=cause, body=body)
