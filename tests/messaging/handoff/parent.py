"""A parent by text message, and what the helpdesk and the switchboard show of them."""

import itertools
from dataclasses import dataclass

from messaging.chat.bell import Bell
from messaging.chat.conversations import WebConversations
from messaging.chat.entries import Author
from messaging.handoff import board, cases
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.states import State
from tests.fakes.helpdesk import Kept
from tests.messaging.mortal import Bench

_sids = itertools.count(1)
MANY = 10_000


@dataclass
class Parent:
    """One person with one phone."""

    bench: Bench
    number: str

    def says(self, text: str, *, and_sweep: bool = True) -> list[str]:
        """Text something; return what comes back once everything is quiet."""
        before = len(self.read())
        self.bench.arrives(self.number, text, f"SM{next(_sids)}")
        if and_sweep:
            self.bench.sweep()
            self.bench.sweep()
        return self.read()[before:]

    def read(self) -> list[str]:
        """Return everything that stands on the phone."""
        return self.bench.carrier.bodies(self.number)

    @property
    def conversation_id(self) -> str:
        return self.bench.contacts.conversation_id(self.number)

    @property
    def place(self) -> Place:
        with self.bench.database.reading() as connection:
            return board.read(connection, self.conversation_id)

    @property
    def state(self) -> State:
        return self.place.state

    @property
    def case(self) -> Case:
        with self.bench.database.reading() as connection:
            case = cases.get(connection, self.place.case_id)
        assert case is not None
        return case

    @property
    def ticket(self) -> Kept:
        """The ticket as the helpdesk has it."""
        case = self.case
        return next(
            kept
            for kept in self.bench.helpdesk.tickets.values()
            if kept.ticket.case_id == case.case_id
        )

    def ticket_texts_of(self, remote_ref: str) -> list[str]:
        """Return what the parent said in a ticket, also once the case is gone."""
        return self.bench.helpdesk.tickets[remote_ref].texts

    @property
    def turns(self) -> list[str]:
        """What reached the assistant."""
        return [
            turn.text
            for turn in self.bench.assistant.turns
            if turn.conversation_id == self.conversation_id
        ]


class ChatParent(Parent):
    """One person at a web chat."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, "web chat")
        self._chats = WebConversations(
            database=bench.database,
            bell=Bell(bench.redis, bench.clock),
            wakeups=bench.wakeups,  # type: ignore[arg-type]
            seal_key=bench.seal_key,
            clock=bench.clock,
        )
        self._id = self._chats.begin()

    def says(self, text: str, *, and_sweep: bool = True) -> list[str]:
        """Write something; return what comes back once everything is quiet."""
        before = len(self.read())
        self._chats.take(self._id, f"client-{next(_sids)}", text)
        if and_sweep:
            self.bench.sweep()
            self.bench.sweep()
        return self.read()[before:]

    def read(self) -> list[str]:
        """Return everything that was said in the page."""
        entries = self._chats.read(self._id, 0, MANY).entries
        return [entry.text for entry in entries if entry.author is not Author.PARENT]

    @property
    def conversation_id(self) -> str:
        return self._id
