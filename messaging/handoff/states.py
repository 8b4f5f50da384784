"""Who has a conversation, and how it may pass from one to the next."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Who answers the parent."""

    BOT = "bot"
    OFFERED = "offered"
    """The assistant still answers; a person was offered in its last reply."""
    WAITING = "waiting"
    """Passed on; somebody should answer soon."""
    HUMAN = "human"
    """A person has answered and is expected to go on."""
    TICKET = "ticket"
    """Passed on; the answer comes later, perhaps on another day."""
    WRAP_UP = "wrap_up"
    """The person has finished; the parent may still go on with them."""


WITH_PEOPLE: Final = frozenset({State.WAITING, State.HUMAN, State.TICKET, State.WRAP_UP})
"""The assistant is silent."""

MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.BOT: frozenset({State.OFFERED, State.WAITING, State.TICKET, State.HUMAN, State.WRAP_UP}),
    State.OFFERED: frozenset({State.BOT, State.WAITING, State.TICKET, State.HUMAN, State.WRAP_UP}),
    State.WAITING: frozenset({State.BOT, State.HUMAN, State.TICKET, State.WRAP_UP}),
    State.HUMAN: frozenset({State.BOT, State.TICKET, State.WRAP_UP}),
    State.TICKET: frozenset({State.BOT, State.WAITING, State.HUMAN, State.WRAP_UP}),
    State.WRAP_UP: frozenset({State.BOT, State.HUMAN, State.TICKET}),
}
"""From BOT straight to people: an urgent ticket after STOP, and a late answer of a person."""


class IllegalMove(ValueError):
    """A move that `MOVES` does not have: a fault of ours."""


def check(before: State, after: State) -> None:
    """Let a move pass that there is; staying where one is always is one.

    Raises:
        IllegalMove: there is no such move.
    """
    if before is not after and after not in MOVES[before]:
        raise IllegalMove(f"{before} -> {after}")
