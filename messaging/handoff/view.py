"""The live conversation as the person who has the case may see it: masked, and who has it.

What stood in the ticket, then what went to and fro with people until the case was closed. What a
parent says to the assistant meanwhile or afterwards is not the person's to read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from messaging.handoff import board, cases, relays
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.links import Links
from messaging.handoff.states import State
from messaging.handoff.ticket import AUTHORS, CHANNELS, at, shown
from messaging.store import conversations, messages
from messaging.store.database import Database
from messaging.store.messages import Message

MOST_LINES: Final = 100
_LOOKED_AT: Final = 400

_CLOSED: Final = "The case is closed."
_AWAY: Final = "The parent is with the assistant. A reply still reaches them."
_STATES: Final = {
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
            latest = messages.latest(
                connection, case.conversation_id, authors=tuple(AUTHORS), limit=_LOOKED_AT
            )
            passed_on = relays.messages_of(connection, case.case_id)
        log = [one for one in latest if _belongs(one, case, passed_on)][:MOST_LINES]
        return LiveView(
            reference=case.reference,
            state=_state(case, place),
            channel=CHANNELS.get(held.channel, "web chat"),
            lines=[
                Line(who=AUTHORS[one.author], at=at(one.created_at), text=shown(one))
                for one in reversed(log)
            ],
        )


def _state(case: Case, place: Place) -> str:
    if not case.is_open:
        return _CLOSED
    return _STATES[place.state] if place.is_with_people_about(case.case_id) else _AWAY


def _belongs(message: Message, case: Case, passed_on: frozenset[str]) -> bool:
    """Tell whether a message is of this case."""
    if message.created_at <= case.created_at:
        return True
    if case.closed_at is not None and message.created_at > case.closed_at:
        return False
    if message.author == messages.PERSON:
        return message.message_id in passed_on
    return message.author != messages.ASSISTANT
