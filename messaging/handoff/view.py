"""The live conversation as the person who has the case may see it: masked, and who has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from messaging.handoff import board, cases
from messaging.handoff.links import Links
from messaging.handoff.states import State
from messaging.handoff.ticket import AUTHORS, CHANNELS, at, shown
from messaging.store import conversations, messages
from messaging.store.database import Database

MOST_LINES: Final = 100

_STATES: Final = {
    State.BOT: "The assistant is answering.",
    State.OFFERED: "The assistant is answering.",
    State.WAITING: "The parent is waiting for a person.",
    State.HUMAN: "A person is answering; the assistant is silent.",
    State.TICKET: "The parent expects an answer later.",
    State.WRAP_UP: "The case is closed; the parent may still answer.",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message."""

    who: str
    at: str
    text: str


@dataclass(frozen=True, kw_only=True)
class LiveView:
    """A conversation at this moment."""

    reference: str
    state: str
    channel: str
    lines: Sequence[Line]


class LiveViews:
    """Opens links; changes nothing."""

    def __init__(self, *, database: Database, links: Links) -> None:
        """Take where conversations are, and what reads links."""
        self._database = database
        self._links = links

    def of(self, token: str) -> LiveView | None:
        """Return the conversation that a token opens; None: it opens none any more.

        Raises:
            DatabaseAway: not now.
        """
        case_id = self._links.read(token)
        with self._database.reading() as connection:
            case = cases.get(connection, case_id)
            if case is None:
                return None
            held = conversations.get(connection, case.conversation_id)
            if held is None:
                return None
            place = board.read(connection, case.conversation_id)
            log = messages.latest(
                connection, case.conversation_id, authors=tuple(AUTHORS), limit=MOST_LINES
            )
        return LiveView(
            reference=case.reference,
            state=_STATES[place.state],
            channel=CHANNELS.get(held.channel, "web chat"),
            lines=[
                Line(who=AUTHORS[one.author], at=at(one.created_at), text=shown(one))
                for one in reversed(log)
            ],
        )
