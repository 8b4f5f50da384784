"""The log as JSON; docs/webchat.md is the contract."""

import json
from datetime import datetime
from typing import Any

from messaging.chat.entries import Entry, Reading, State
from webhooks.chat.secrets import Shown


def entry(one: Entry) -> dict[str, Any]:
    """Return a message as the element reads it."""
    return {
        "id": one.seq,
        "at": rfc3339(one.at),
        "author": one.author,
        "name": one.name,
        "text": one.text,
        "choices": [{"id": button.choice, "title": button.title} for button in one.buttons],
        "extras": dict(one.extras),
        "client_id": one.client_id,
    }


def state(one: State) -> dict[str, Any]:
    """Return who answers."""
    return {
        "speaker": one.speaker,
        "name": one.name,
        "working": one.working,
        "phone": one.phone,
    }


def page(reading: Reading) -> dict[str, Any]:
    """Return the answer of a long poll."""
    return {
        "messages": [entry(one) for one in reading.entries],
        "state": state(reading.state),
        "more": reading.more,
    }


def secret(shown: Shown) -> dict[str, Any]:
    """Return a value, and the drawing where it is for an authenticator app."""
    drawing = None if shown.qr is None else {"size": shown.qr.size, "path": shown.qr.path}
    return {"value": shown.value, "qr": drawing}


def event(name: str, document: dict[str, Any], *, id_: int | None = None) -> str:
    """Return one server-sent event; JSON has no line break in it, so it is one line of data."""
    head = "" if id_ is None else f"id: {id_}\n"
    return f"{head}event: {name}\ndata: {json.dumps(document)}\n\n"


def rfc3339(at: datetime) -> str:
    """Return a time in UTC to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
