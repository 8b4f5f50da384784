"""What every helpdesk has to offer, in our words.

An adapter raises `clients.errors` and nothing else. Every call may be made again with the same
arguments after a failure, and must then not do its work twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

LONGEST_CALL_S: Final = 40.0
"""`open`, `append` and `close` give up by then, so that nobody else has begun the same again."""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a person needs to begin."""

    case_id: str
    """Ours, unguessable: the same case is never opened twice."""
    reference: str
    """What people call it; stands in the title."""
    title: str
    summary: str
    transcript: str
    urgent: bool
    fields: Mapping[str, str] = field(default_factory=dict)
    """What the parent agreed to share, each in a field of its own: `phone`, `email`."""
    link: str | None = None
    """The live conversation, masked, read-only, for a short time."""
    may_be_there: bool = True
    """False: nobody has tried to open it before, so nothing has to be looked for."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A ticket that is there."""

    remote_ref: str
    """The helpdesk's name of it."""
    remote_id: str
    """The helpdesk's id of the first message."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that is added to a ticket."""

    key: str
    """Ours, unguessable: the same entry is never added twice."""
    reference: str
    case_id: str
    text: str
    is_note: bool
    """A fact for the person, not words of the parent."""
    urgent: bool = False
    link: str | None = None
    reopens: bool = False
    """The ticket was resolved and is wanted again."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What the parent agreed to share since, as in `Ticket`."""


class EventKind(StrEnum):
    """What a person did."""

    REPLY = "reply"
    """Words for the parent."""
    RESOLVED = "resolved"
    BACK = "back"
    """The assistant is to take over again."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that a person did, or a machine in their name."""

    remote_id: str
    """The helpdesk's id of this message; the same one is the same event, whatever way it came."""
    kind: EventKind
    ticket: str
    """The helpdesk's name of the ticket, or our case id."""
    author: str = ""
    """The person's first name, or nothing."""
    text: str = ""
    """Plain text, its quotes, signature and notes cut."""
    files: int = 0
    """How many files came with it; they are not passed on."""
    answers: str = ""
    """The id of the post of ours that it answers, where the helpdesk tells."""


class Helpdesk(Protocol):
    """A helpdesk."""

    name: str
    """As in settings, metrics and the database."""

    def open(self, ticket: Ticket) -> Opened:
        """Make a ticket, or find the one that was made for this case.

        Raises:
            Unreachable: perhaps made, perhaps not.
            Refused: not made, and never will be.
            Nonsense: an answer that tells neither.
        """

    def append(self, remote_ref: str, entry: Entry) -> str:
        """Add an entry to a ticket and return the helpdesk's id of it.

        Raises:
            Unreachable, Refused, Nonsense: as `open`.
        """

    def close(self, remote_ref: str, entry: Entry) -> str:
        """Close a ticket with a last note and return the helpdesk's id of it.

        Raises:
            Unreachable, Refused, Nonsense: as `open`.
        """

    def events(self, since: str | None, tickets: Iterable[str]) -> tuple[list[Event], str]:
        """Return what happened, oldest first, and the cursor to begin with the next time.

        Args:
            since: a cursor that this method returned; None the first time.
            tickets: the helpdesk's names of tickets that may have news.

        Raises:
            Unreachable, Refused, Nonsense: the cursor stands where it stood.
        """

    def order(self, remote_id: str) -> int | None:
        """Return the place of a message in the helpdesk's own order, ours and theirs alike.

        None: its ids tell none; then an event tells what it `answers`.
        """

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Event]:
        """Return what a call of the helpdesk tells; ids are those of `events`.

        Raises:
            Nonsense: it is not of the agreed form.
        """
