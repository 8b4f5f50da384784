"""A parent's phone in a test, over whichever stand-in for the mobile network is at hand."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Received:
    """A text as it stands on a phone's screen."""

    id: int
    """Grows with time, so that one can ask for what came after."""
    sender: str
    body: str


class Carrier(Protocol):
    """What a stand-in must be able to do for a journey by text message."""

    def inbound(self, number: str, body: str) -> str:
        """Let a phone (E.164) text the service; return the MessageSid."""

    def outbound(self, number: str, *, after: int = 0, wait_s: float = 0.0) -> Sequence[Received]:
        """Return what arrived on a phone after an id, oldest first; wait for one so long."""


class NoText(AssertionError):
    """The text that was waited for did not come in time."""


class Phone:
    """One phone. Replies are handed out one by one, each once."""

    def __init__(self, carrier: Carrier, number: str) -> None:
        self._carrier = carrier
        self.number = number
        self._seen = 0
        self._passed_over: list[str] = []

    def text(self, body: str) -> str:
        """Text the service; return the MessageSid."""
        self._passed_over.clear()
        return self._carrier.inbound(self.number, body)

    def pass_over_all(self) -> None:
        """Hand out nothing that has come so far: somebody else had this number before."""
        for text in self._carrier.outbound(self.number, after=self._seen):
            self._seen = text.id

    def wait_for_reply(self, timeout_s: float = 10.0) -> str:
        """Return the next text that this phone has not handed out yet.

        Raises:
            NoText: none came in time.
        """
        arrived = self._carrier.outbound(self.number, after=self._seen, wait_s=timeout_s)
        if not arrived:
            raise NoText(f"no text within {timeout_s:g} s after {self.bodies()}")
        self._seen = arrived[0].id
        return arrived[0].body

    def wait_for(self, words: str, timeout_s: float = 10.0) -> str:
        """Return the next text that holds these words (in any case), passing over others.

        What was passed over since the phone last spoke can still be waited for: a code and the
        answer that tells of it arrive in either order.

        Raises:
            NoText: none came in time.
        """
        for body in self._passed_over if words else ():
            if words.casefold() in body.casefold():
                self._passed_over.remove(body)
                return body
        deadline = time.monotonic() + timeout_s
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise NoText(f"no text with {words!r} within {timeout_s:g} s; {self.bodies()}")
            body = self.wait_for_reply(left)
            if words.casefold() in body.casefold():
                return body
            self._passed_over.append(body)

    def says(self, body: str, timeout_s: float = 10.0) -> str:
        """Text the service and return what comes back next."""
        self.text(body)
        return self.wait_for_reply(timeout_s)

    def stays_silent(self, for_s: float) -> bool:
        """Tell whether no further text comes for so long."""
        return not self._carrier.outbound(self.number, after=self._seen, wait_s=for_s)

    def bodies(self) -> list[str]:
        """Return every text on the screen, handed out or not."""
        return [received.body for received in self._carrier.outbound(self.number)]
