"""A parent whose every exchange is written down with what stood before and after it."""

import time
from dataclasses import dataclass, field

from messaging.handoff.states import WITH_PEOPLE
from tests.e2e.paths.walker import Visitor, Walker, forgets, remembers, rows
from tests.e2e.proofs.rules import Exchange
from tests.e2e.running import RunningProduct
from wire.names import SMS, WEBCHAT

STOP = "STOP"
OF_CODES = "security code. It"
"""Stands in every text that brings a code, and in none of the assistant's."""


@dataclass
class Watched:
    """A parent on a phone or in the web chat, and the reader's notes about them."""

    parent: Walker | Visitor
    phone: Walker | None = None
    """Of someone in the web chat: where codes arrive."""
    secrets: list[str] = field(default_factory=list)
    """What they know that must never be repeated, besides their number and codes."""
    before: str = ""
    """The last answer."""
    misses: int = 0
    is_stopped: bool = False
    asked_of_hub: int = 0
    """Requests by email address that the hub has written down for them."""
    seconds: float = 0.0
    """How long answers took, all together."""

    @property
    def product(self) -> RunningProduct:
        """What they talk to."""
        return self.parent.product

    @property
    def is_with_people(self) -> bool:
        """Whether a person has the conversation."""
        with rows(self.product, "messaging.db") as connection:
            found = connection.execute(
                "SELECT state FROM switchboard WHERE conversation_id = ?",
                (self.parent.conversation_id,),
            ).fetchone()
        return found is not None and found[0] in WITH_PEOPLE

    @property
    def awaiting(self) -> str | None:
        """The slot that the assistant asks for; none once its session is over."""
        if not remembers(self.product, self.parent.conversation_id):
            return None
        with rows(self.product, "messaging.db") as connection:
            found = connection.execute(
                "SELECT awaiting FROM conversations WHERE conversation_id = ?",
                (self.parent.conversation_id,),
            ).fetchone()
        return None if found is None else found[0]

    def forgets(self) -> None:
        """Have the assistant's session end: it knows no question, answer or failed try any more."""
        forgets(self.product, self.parent.conversation_id)
        self.before, self.misses = "", 0

    def turn(self, said: str, wanted: str = "words", *, is_miss: bool = False) -> Exchange:
        """Say it, wait for all that comes of it, and return the exchange."""
        state, awaiting, codes = self.parent.at_hub, self.awaiting, self._code_texts
        is_with_people = self.is_with_people
        asked_of_hub = self._asked_of_hub
        is_heard = not (is_with_people or self.is_stopped)
        self.misses = self.misses + 1 if is_miss and is_heard else 0
        began = time.monotonic()
        answer, texts = self._answer(said)
        self.seconds += time.monotonic() - began
        newly_asked = self._asked_of_hub - asked_of_hub
        one = Exchange(
            said=said,
            answer=answer,
            texts=texts,
            answer_before=self.before,
            state_before=state,
            state=self.parent.at_hub,
            awaiting_before=awaiting,
            awaiting=self.awaiting,
            codes_asked_for=self._code_texts - codes,
            asked_of_hub=newly_asked,
            asked_of_hub_before=self.asked_of_hub,
            cases=self._cases,
            secrets=(*self.secrets, *self._own()),
            channel=SMS if isinstance(self.parent, Walker) else WEBCHAT,
            wanted=wanted,
            is_stopped=self.is_stopped,
            is_with_people=is_with_people,
            is_second_miss=self.misses >= 2,
        )
        self.before = answer or self.before
        self.asked_of_hub += newly_asked
        return one

    def _answer(self, said: str) -> tuple[str, tuple[str, ...]]:
        parent = self.parent
        if isinstance(parent, Visitor):
            answer = parent.turn(said)
            return answer, tuple(answer.splitlines())
        heard = len(parent.heard)
        answer = parent.stops() if said == STOP and not self.is_stopped else parent.turn(said)
        return answer, tuple(text for text in parent.heard[heard:] if OF_CODES not in text)

    def _own(self) -> tuple[str, ...]:
        phone = self.phone if isinstance(self.parent, Visitor) else self.parent
        if phone is None:
            return ()
        return (*phone.codes, phone.number, "0" + phone.number[3:])

    @property
    def _code_texts(self) -> int:
        with rows(self.product, "messaging.db") as connection:
            found = connection.execute(
                "SELECT count(*) FROM outbox WHERE purpose = 'security_code'"
            ).fetchone()
        return int(found[0])

    @property
    def _asked_of_hub(self) -> int:
        """The number of the newest request by email address that the hub has written down."""
        with rows(self.product, "hub.db") as connection:
            found = connection.execute(
                "SELECT coalesce(max(id), 0) FROM tallies WHERE key LIKE 'mail:%'"
            ).fetchone()
        return int(found[0])

    @property
    def _cases(self) -> tuple[str, ...]:
        with rows(self.product, "messaging.db") as connection:
            found = connection.execute(
                "SELECT reference FROM cases WHERE conversation_id = ?",
                (self.parent.conversation_id,),
            ).fetchall()
        return tuple(reference for (reference,) in found)
