"""The log of a conversation as the web chat shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from wire.envelope import Button


class Author(StrEnum):
    """Who said it."""

    PARENT = "parent"
    ASSISTANT = "assistant"
    PERSON = "person"
    SERVICE = "service"


class Speaker(StrEnum):
    """Who answers next."""

    ASSISTANT = "assistant"
    WAITING = "waiting"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One message, masked."""

    seq: int
    """The cursor: rises within a conversation."""
    at: datetime
    author: Author
    text: str
    name: str | None = None
    """Who speaks, where it is a person."""
    buttons: tuple[Button, ...] = ()
    extras: Mapping[str, str] = field(default_factory=dict)
    """`qr`, `setup_key` (outward placeholders), `input`, `lang` where it is not English; `way` of a
    parent's own text."""
    client_id: str | None = None
    """The id that the page gave to a parent's own message."""


@dataclass(frozen=True, kw_only=True)
class State:
    """Who answers, and whether an answer is being made."""

    speaker: Speaker = Speaker.ASSISTANT
    name: str | None = None
    working: bool = False
    phone: str | None = None
    """The last three digits of the number that has joined by text."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What came after a cursor."""

    entries: tuple[Entry, ...]
    state: State
    more: bool
    """Behind the last entry lie others."""
    is_open: bool
    """The conversation is there and has not been ended."""
