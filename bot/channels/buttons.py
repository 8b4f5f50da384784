"""A pressed button, and nothing else, may stand for a payload.

A button goes out with an id made from its payload, never with the payload. What comes back is
looked up among the buttons that this very conversation was last shown: an id that was made up,
or belongs to another conversation or an earlier question, opens nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from rasa.shared.core.events import BotUttered, Event, UserUttered

from wire.envelope import Button


def choice_id(payload: str) -> str:
    """Return the id under which a payload is shown: short, stable, and of no use by itself."""
    return hashlib.sha256(payload.encode()).hexdigest()[:16]


def of_message(event: BotUttered) -> tuple[Button, ...]:
    """Return the buttons of one message as they are shown."""
    return tuple(
        Button(choice=choice_id(_payload(button)), title=str(button["title"]))
        for button in _raw(event)
    )


def payload_of(choice: str, events: Iterable[Event]) -> str | None:
    """Return the payload of a choice that the latest answer offered; None when it did not."""
    offered: dict[str, str] = {}
    for event in events:
        if isinstance(event, UserUttered):
            offered = {}
        elif isinstance(event, BotUttered):
            offered.update({choice_id(_payload(b)): _payload(b) for b in _raw(event)})
    return offered.get(choice)


def _raw(event: BotUttered) -> list[Mapping[str, Any]]:
    listed = event.data.get("buttons") or event.data.get("quick_replies") or []
    return [button for button in listed if isinstance(button, Mapping) and button.get("title")]


def _payload(button: Mapping[str, Any]) -> str:
    # A button without a payload says its own title.
    return str(button.get("payload") or button["title"])
