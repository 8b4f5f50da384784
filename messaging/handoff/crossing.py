"""Did a parent's words and the close of their case cross? By the helpdesk's order, by no clock.

Two machines' clocks are never compared: one that is a second off would shut a case over words that
nobody has read, or keep it open for ever.
"""

from enum import StrEnum
from typing import Protocol

from sqlalchemy import Connection

from messaging.handoff import relays
from messaging.handoff.relays import Relay, Words


class Crossing(StrEnum):
    """Where a parent's words stand to the close."""

    NONE = "none"
    """All of them stood in the ticket before it."""
    CROSSED = "crossed"
    """Some came after it: somebody has to read them."""
    UNKNOWN = "unknown"
    """Some are on their way: their place will tell."""


class Ordered(Protocol):
    """What is asked of `clients.helpdesk.Helpdesk`."""

    def order(self, remote_id: str) -> int | None:
        """Return the place of a message in the helpdesk's own order."""


def judge(
    connection: Connection, helpdesk: Ordered, case_id: str, close: Relay, *, answers: str
) -> Crossing:
    """Return how the parent's words of a case stand to its close.

    By the helpdesk's own order where it has one; else by the post of ours that the close answers,
    since whoever answered it had read no later one; where not even that is told, by what had
    arrived when we heard of the close.
    """
    place = helpdesk.order(close.remote_id or "")
    answered = relays.place_of(connection, close.adapter, answers)
    found = Crossing.NONE
    for words in relays.words_of(connection, case_id):
        is_later = _is_later(helpdesk, words, close, place=place, answered=answered)
        if is_later:
            return Crossing.CROSSED
        if is_later is None:
            found = Crossing.UNKNOWN
    return found


def _is_later(
    helpdesk: Ordered, words: Words, close: Relay, *, place: int | None, answered: int | None
) -> bool | None:
    """Tell whether words came after the close; None: they are on their way, so nobody knows."""
    if place is None and answered is not None:
        return words.seq > answered
    if words.done_at is None:
        return None
    own = helpdesk.order(words.remote_id or "")
    if place is not None and own is not None:
        return own > place
    return words.done_at > close.created_at
