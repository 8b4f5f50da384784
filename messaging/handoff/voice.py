"""What both ways of a case do inside a transaction: say, tell, move."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from clients.helpdesk import Opened
from clients.sealing import Sealer
from messaging.handoff import board, passed, relays
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.lines import Line
from messaging.handoff.passed import Passed
from messaging.handoff.states import State
from messaging.replies import Replies, Said
from messaging.store import messages
from messaging.store.conversations import Conversation
from messaging.texts import Texts
from wire.clock import Clock

KEY = "helpdesk/"
"""Texts of a case begin with it in the outbox; what follows is the relay of a person's reply."""


class Voice:
    """Says sentences to parents, tells people facts, moves the switchboard; stores by itself."""

    def __init__(self, *, replies: Replies, texts: Texts, seal_key: bytes, clock: Clock) -> None:
        """Take the words and what carries them."""
        self._replies = replies
        self._texts = texts
        self._sealer = Sealer(seal_key)
        self._clock = clock

    def note(
        self, connection: Connection, case: Case, cause: str, text: str, *, reopens: bool = False
    ) -> None:
        """Tell the person a fact; never the parent."""
        self.pass_on(connection, passed.note(case, cause, text, reopens=reopens))

    def pass_on(self, connection: Connection, what: Passed) -> None:
        """Put something on its way to the helpdesk, once for its cause."""
        passed.put_out(connection, self._sealer, what, now=self._clock.now())

    def opened(self, connection: Connection, case: Case, opened: Opened, *, cause: str) -> None:
        """Note the first message of a ticket that took the place of another: it is ours."""
        now = self._clock.now()
        relays.add(
            connection,
            self._sealer,
            case_id=case.case_id,
            adapter=case.adapter,
            direction=relays.OUT,
            cause=cause,
            kind=relays.OPEN,
            body={},
            now=now,
            remote_id=opened.remote_id,
            state=relays.DONE,
        )

    def move(self, connection: Connection, place: Place, state: State, **changes: Any) -> None:
        """Move the switchboard.

        Raises:
            Overtaken: somebody else has moved it since.
        """
        board.move(connection, place, state, now=self._clock.now(), **changes)

    def say(
        self,
        connection: Connection,
        conversation: Conversation,
        lines: Sequence[Line],
        *,
        key: str,
    ) -> None:
        """Say responses to a parent, in the words of data/."""
        said = [self.line(conversation, line) for line in lines]
        self.append(connection, conversation, said, key=key)

    def append(
        self,
        connection: Connection,
        conversation: Conversation,
        said: list[Said],
        *,
        key: str,
    ) -> None:
        """Put what is said into the log and on its way."""
        self._replies.append(
            connection,
            conversation,
            said,
            key=key,
            turn_id=None,
            journey=conversation.journey,
            now=self._clock.now(),
        )

    def line(self, conversation: Conversation, line: Line) -> Said:
        """Return a response as the channel words it."""
        text = self._texts.say(line.name, channel=conversation.channel, **line.values)
        return self._replies.prepare(text, channel=conversation.channel, author=messages.SERVICE)
