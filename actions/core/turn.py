"""One message of a person, as an action sees it: read from Rasa's tracker once, then only read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from rasa_sdk.interfaces import Tracker

from actions.core.intents import Intent
from actions.core.slots import REQUESTED_SLOT
from wire.envelope import EnvelopeError, Sender
from wire.names import CHANNELS, WEBCHAT
from wire.placeholders import INWARD

POSSIBLE: Final = 0.1
"""Confidence from which a meaning is worth asking about."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """A reply that is already in the conversation."""

    response: str
    facts: Mapping[str, Any]
    """The parameters it was filled with, and whether it closes its turn."""

    @property
    def closes(self) -> bool:
        """Whether a form's question is left out after it."""
        return bool(self.facts.get("closes"))


@dataclass(frozen=True, kw_only=True)
class Turn:
    """The message, where the conversation stands, and what was said lately."""

    turn_id: str
    conversation_id: str
    channel: str
    intent: str
    text: str
    """Masked: placeholders stand where values stood."""
    references: Mapping[str, str]
    """Placeholder to vault reference."""
    sender: Sender | None
    choice: str | None
    form: str | None
    """The active form."""
    awaiting: str | None
    """The slot that the active form asks for."""
    slots: Mapping[str, Any]
    said_now: tuple[Said, ...]
    said_before: tuple[Said, ...]
    """The replies to the message before this one."""
    answers: tuple[str, ...] = ()
    """The responses of the whole session, oldest first."""
    meanings: tuple[str, ...] = ()
    """The intents that the NLU holds for possible, likeliest first."""
    also: Intent | None = None
    """What the message asks for besides, where the NLU has read a second request in it."""

    def values(self, kind: str) -> list[str]:
        """Return the vault references of this kind, in the order of the text, each once.

        A pasted text brings its code twice, under one placeholder: it is one value.
        """
        named = [match.group() for match in INWARD.finditer(self.text) if match["kind"] == kind]
        return [self.references[name] for name in dict.fromkeys(named) if name in self.references]

    def mentions(self, kind: str) -> bool:
        """Tell whether something of this kind stood in the text, kept or dropped."""
        return any(match["kind"] == kind for match in INWARD.finditer(self.text))

    def key(self, step: str) -> str:
        """Return the idempotency key of a write in this turn."""
        return f"{self.turn_id}:{step}"

    def moved_to(self, slot: str, slots: Mapping[str, Any]) -> "Turn":
        """Return the same message as it looks once these slots are set and this one is asked."""
        return replace(self, awaiting=slot, slots={**self.slots, **slots})


def read_turn(tracker: Tracker) -> Turn:
    """Read the present turn; what is missing from the metadata is taken as not given."""
    message = tracker.latest_message or {}
    metadata = message.get("metadata") or {}
    intent = (message.get("intent") or {}).get("name") or Intent.NLU_FALLBACK
    form = (tracker.active_loop or {}).get("name")
    references = metadata.get("references")
    channel = metadata.get("channel")
    said_before, said_now = _said(tracker.events)
    return Turn(
        turn_id=str(metadata.get("turn_id") or message.get("message_id") or ""),
        conversation_id=str(tracker.sender_id),
        channel=channel if channel in CHANNELS else WEBCHAT,
        intent=intent,
        also=_also(message.get("also_intent"), intent),
        meanings=_meanings(message.get("intent_ranking")),
        text=str(message.get("text") or ""),
        references=references if isinstance(references, Mapping) else {},
        sender=_sender(metadata.get("sender")),
        choice=metadata.get("choice"),
        form=form,
        awaiting=tracker.slots.get(REQUESTED_SLOT) if form else None,
        slots=dict(tracker.slots),
        said_now=said_now,
        said_before=said_before,
        answers=_answers(tracker.events),
    )


def _also(document: Any, first: str) -> Intent | None:
    name = document.get("name") if isinstance(document, Mapping) else None
    return Intent(name) if name in set(Intent) and name != first else None


def _meanings(ranking: Any) -> tuple[str, ...]:
    return tuple(
        str(entry["name"])
        for entry in ranking or ()
        if entry["name"] != Intent.NLU_FALLBACK and entry["confidence"] >= POSSIBLE
    )


def _sender(document: Any) -> Sender | None:
    try:
        return Sender.from_document(document) if isinstance(document, Mapping) else None
    except EnvelopeError:
        return None


def _answers(events: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    names = [
        (event.get("metadata") or {}).get("utter_action")
        for event in events
        if event.get("event") == "bot"
    ]
    return tuple(str(name) for name in names if name)


def _said(events: Iterable[Mapping[str, Any]]) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Return what was said in the turn before and in this one."""
    before: tuple[Said, ...] = ()
    now: list[Said] = []
    for event in events:
        if event.get("event") == "user":
            before, now = tuple(now), []
        elif event.get("event") == "bot":
            facts = event.get("metadata") or {}
            response = facts.get("utter_action")
            if response:
                now.append(Said(response=response, facts=facts))
    return before, tuple(now)
