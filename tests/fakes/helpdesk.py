"""A helpdesk in memory that passes the conformance suite and can fail as real ones do."""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from clients.errors import Refused, Unreachable
from clients.helpdesk import Entry, Event, EventKind, Opened, Ticket


@dataclass
class Post:
    """One message in a ticket."""

    remote_id: str
    key: str
    text: str
    is_note: bool
    entry: Entry | None = None
    is_unread: bool = False
    """It came into a closed ticket, and nobody has opened or closed that since."""


@dataclass
class Kept:
    """A ticket as the helpdesk has it."""

    remote_ref: str
    ticket: Ticket
    posts: list[Post] = field(default_factory=list)
    is_closed: bool = False

    @property
    def texts(self) -> list[str]:
        """What the parent said."""
        return [post.text for post in self.posts if not post.is_note]

    @property
    def unread(self) -> list[str]:
        """What the parent said and nobody will look at: the ticket was closed."""
        return [post.text for post in self.posts if post.is_unread and not post.is_note]

    @property
    def notes(self) -> list[str]:
        return [post.text for post in self.posts if post.is_note]


class FakeHelpdesk:
    """Keeps tickets; a mood makes the next call fail."""

    name = "fake"

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self.tickets: dict[str, Kept] = {}
        self.moods: list[str] = []
        self.is_down = False
        self.has_order = True
        """False: its ids tell no order, as a mailbox's."""
        self.log: list[Event] = []
        """Everything that people did."""
        self.before: Callable[[], None] = lambda: None
        """Called before each post, to let something happen at that moment."""

    def _begin(self) -> str:
        self.before()
        if self.is_down:
            raise Unreachable("helpdesk")
        mood = self.moods.pop(0) if self.moods else "well"
        if mood == "away":
            raise Unreachable("helpdesk")
        if mood == "refuses":
            raise Refused("helpdesk", status=403)
        return mood

    def open(self, ticket: Ticket) -> Opened:
        mood = self._begin()
        for kept in self.tickets.values():
            if kept.ticket.case_id == ticket.case_id:
                return Opened(remote_ref=kept.remote_ref, remote_id=f"{kept.remote_ref}/0")
        remote_ref = f"T{next(self._ids)}"
        self.tickets[remote_ref] = Kept(remote_ref=remote_ref, ticket=ticket)
        if mood == "hangs":
            raise Unreachable("helpdesk", "read time-out")
        return Opened(remote_ref=remote_ref, remote_id=f"{remote_ref}/0")

    def append(self, remote_ref: str, entry: Entry) -> str:
        return self._post(remote_ref, entry, closes=False)

    def close(self, remote_ref: str, entry: Entry) -> str:
        return self._post(remote_ref, entry, closes=True)

    def _post(self, remote_ref: str, entry: Entry, *, closes: bool) -> str:
        mood = self._begin()
        if remote_ref not in self.tickets:
            raise Refused("helpdesk", status=404)
        kept = self.tickets[remote_ref]
        for post in kept.posts:
            if post.key == entry.key:
                return post.remote_id
        remote_id = f"{remote_ref}/{next(self._ids)}"
        kept.is_closed = closes or (kept.is_closed and not entry.reopens)
        if not kept.is_closed:
            for post in kept.posts:
                post.is_unread = False
        is_unread = kept.is_closed and not closes
        kept.posts.append(Post(remote_id, entry.key, entry.text, entry.is_note, entry, is_unread))
        # As a real one tells of every post, our own too.
        if mood == "echoes":
            echo = Event(
                remote_id=remote_id,
                kind=EventKind.REPLY,
                ticket=remote_ref,
                author="bot",
                text=entry.text,
            )
            self.log.append(echo)
        if mood == "hangs":
            raise Unreachable("helpdesk", "read time-out")
        return remote_id

    def events(self, since: str | None, tickets: Iterable[str]) -> tuple[list[Event], str]:
        if self.is_down:
            raise Unreachable("helpdesk")
        return self.log[int(since or 0) :], str(len(self.log))

    def order(self, remote_id: str) -> int | None:
        number = remote_id.partition("/")[2].partition("#")[0]
        return int(number) if self.has_order and number else None

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Event]:
        return [event for event in self.log if event.remote_id == body.decode()]

    # ---- what a person does -----------------------------------------------------------------

    def replies(self, remote_ref: str, text: str, *, author: str = "Sam", files: int = 0) -> Event:
        event = Event(
            remote_id=f"{remote_ref}/{next(self._ids)}",
            kind=EventKind.REPLY,
            ticket=remote_ref,
            author=author,
            text=text,
            files=files,
        )
        self.log.append(event)
        return event

    def resolves(self, remote_ref: str) -> Event:
        event = Event(
            remote_id=f"{remote_ref}/{next(self._ids)}",
            kind=EventKind.RESOLVED,
            ticket=remote_ref,
        )
        kept = self.tickets[remote_ref]
        kept.is_closed = True
        for post in kept.posts:
            post.is_unread = False  # who closes a ticket has it before their eyes
        self.log.append(event)
        return event

    def deletes(self, remote_ref: str) -> Kept:
        """Throw a ticket away, as somebody who tidies up does."""
        return self.tickets.pop(remote_ref)

    @property
    def only(self) -> Kept:
        """The one ticket there is."""
        (kept,) = self.tickets.values()
        return kept
