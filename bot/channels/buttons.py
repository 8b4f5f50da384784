"""A pressed button, and nothing else, may stand for a payload.

A button goes out with an id made from its payload, never with the payload. What comes back is
looked up among the buttons that this very conversation was last shown: an id that was made up,
or belongs to another conversation or an earlier question, opens nothing. By text message, where
there are no buttons, the number of one that was just offered with its number does the same.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from rasa.shared.core.events import BotUttered, Event, UserUttered

from wire.envelope import Button

MEANING: Final = "support_meaning_"
"""What the names of responses hold that offer one meaning each, by a number."""

_NUMBER = re.compile(
    r"\W*(?:reply |number |option |no\.? ?|the )?(?:(1|one|first)|(2|two|second))(?: one)?"
    r"(?: please| pls| thanks| ta| x)?\W*"
)


def choice_id(payload: str) -> str:
    """Return the id under which a payload is shown: short, stable, and of no use by itself."""
    return hashlib.sha256(payload.encode()).hexdigest()[:16]


def payload_of_number(text: str, events: Iterable[Event]) -> str | None:
    """Return the payload of the meaning that a typed number chooses.

    None unless the latest answer asked which of several meanings it was, one button each.
    """
    match = _NUMBER.fullmatch(text.strip().lower())
    if match is None:
        return None
    offered: list[str] = []
    for event in events:
        if isinstance(event, UserUttered):
            offered = []
        elif isinstance(event, BotUttered) and _is_meaning(event):
            offered += [_payload(button) for button in _raw(event)]
    nth = next(nth for nth, words in enumerate(match.groups()) if words)
    return offered[nth] if nth < len(offered) else None


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


def _is_meaning(event: BotUttered) -> bool:
    return MEANING in str(event.metadata.get("utter_action"))


def _raw(event: BotUttered) -> list[Mapping[str, Any]]:
    listed = event.data.get("buttons") or event.data.get("quick_replies") or []
    return [button for button in listed if isinstance(button, Mapping) and button.get("title")]


def _payload(button: Mapping[str, Any]) -> str:
    # A button without a payload says its own title.
    return str(button.get("payload") or button["title"])
