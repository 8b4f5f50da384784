"""The turn that goes to Rasa and the answer that comes back.

The edge's side (`clients.rasa`) and Rasa's side (`bot.channels.edge`) both read and write these;
nothing else knows the format.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from wire.names import CHANNELS


class EnvelopeError(ValueError):
    """A turn or answer not of the agreed form; the message names the field, never its value."""


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise EnvelopeError(f"{name} must be a string")
    return value


def _optional_text(document: Mapping[str, Any], name: str) -> str | None:
    return None if document.get(name) is None else _text(document, name)


def _object(document: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = document.get(name)
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise EnvelopeError(f"{name} must be an object or null")
    return dict(value)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The number that a text came from, as far as Rasa may know it."""

    reference: str
    """Vault reference of the full number."""
    last_three: str
    """Its last three digits, all that is ever shown."""

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Sender":
        """Read a sender from parsed JSON.

        Raises:
            EnvelopeError: a field is missing or of the wrong type.
        """
        return cls(reference=_text(document, "reference"), last_three=_text(document, "last_three"))


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One message of a person, masked."""

    turn_id: str
    """Unguessable and stable: the same turn handed in twice has the same id."""
    conversation_id: str
    """Opaque and namespaced: `sms-<keyed hash>` or `web-<uuid>`."""
    channel: str
    """One of `wire.names.CHANNELS`."""
    text: str
    """What was typed, with placeholders in the place of values."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Placeholder, as it stands in the text, to vault reference."""
    sender: Sender | None = None
    """Who texted; None in the web chat."""
    choice: str | None = None
    """Id of a button the person pressed, as the server issued it; None for typed text."""
    signals: Mapping[str, Any] = field(default_factory=dict)
    """What was noticed before Rasa: `{"wellbeing": true, "language": "pl"}` and the like."""

    def to_json(self) -> str:
        """Return the turn as a JSON document."""
        return json.dumps(asdict(self))

    @classmethod
    def from_document(cls, document: Any) -> "Turn":
        """Read a turn from parsed JSON.

        Raises:
            EnvelopeError: a field is missing or of the wrong type.
        """
        if not isinstance(document, Mapping):
            raise EnvelopeError("a turn must be an object")
        if document.get("channel") not in CHANNELS:
            raise EnvelopeError("channel must be one of " + ", ".join(CHANNELS))
        references = _object(document, "references") or {}
        sender = _object(document, "sender")
        if not all(isinstance(value, str) for value in references.values()):
            raise EnvelopeError("every one of the references must be a string")
        return cls(
            turn_id=_text(document, "turn_id"),
            conversation_id=_text(document, "conversation_id"),
            channel=_text(document, "channel"),
            text=_text(document, "text"),
            references=references,
            sender=None if sender is None else Sender.from_document(sender),
            choice=_optional_text(document, "choice"),
            signals=_object(document, "signals") or {},
        )


@dataclass(frozen=True, kw_only=True)
class Button:
    """A quick reply; only the web chat shows it."""

    choice: str
    """What comes back as `Turn.choice` when it is pressed."""
    title: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One message to the person, outward placeholders not yet filled."""

    text: str
    buttons: tuple[Button, ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)
    """What a channel may show besides (`{"qr": "__vault_…__"}`); empty for text messages."""


@dataclass(frozen=True, kw_only=True)
class TurnAnswer:
    """Everything Rasa says to one turn."""

    turn_id: str
    replies: tuple[Reply, ...]
    awaiting: str | None = None
    """The slot a form is asking for when the turn is over; None outside forms."""
    handoff: Mapping[str, Any] | None = None
    """Set when the turn asks for a person: `{"reason": …, "journey": …, "step": …}`."""

    def to_json(self) -> str:
        """Return the answer as a JSON document."""
        return json.dumps(asdict(self))

    @classmethod
    def from_document(cls, document: Any) -> "TurnAnswer":
        """Read an answer from parsed JSON.

        Raises:
            EnvelopeError: a field is missing or of the wrong type.
        """
        if not isinstance(document, Mapping) or not isinstance(document.get("replies"), list):
            raise EnvelopeError("an answer must be an object with a list of replies")
        replies = []
        for item in document["replies"]:
            if not isinstance(item, Mapping):
                raise EnvelopeError("a reply must be an object")
            buttons = tuple(
                Button(choice=_text(button, "choice"), title=_text(button, "title"))
                for button in item.get("buttons") or ()
            )
            replies.append(
                Reply(
                    text=_text(item, "text"), buttons=buttons, custom=dict(item.get("custom") or {})
                )
            )
        return cls(
            turn_id=_text(document, "turn_id"),
            replies=tuple(replies),
            awaiting=_optional_text(document, "awaiting"),
            handoff=_object(document, "handoff"),
        )
