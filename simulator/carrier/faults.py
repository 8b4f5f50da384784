"""Faults that a test orders: the next requests, callbacks, webhooks or mails go wrong."""

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.board import Board
from simulator.carrier.refusals import KINDS as REFUSALS
from simulator.errors import SimulatorError


class UnknownFault(SimulatorError):
    """A fault that nobody knows was asked for; the sentence says what is known."""


KINDS: dict[str, frozenset[str]] = {
    "send": frozenset({"refuse", "hang", "hang_lost", "delay"}),
    "callback": frozenset({"lose", "duplicate", "reorder", "delay"}),
    "webhook": frozenset({"lose", "duplicate", "reorder", "delay"}),
    "mail": frozenset({"refuse", "delay"}),
}
"""What can go wrong with what."""

DEFAULT_DELAY_S = 1.0
LONGEST_DELAY_S = 600.0


@dataclass(kw_only=True)
class Fault:
    """One ordered fault."""

    id: str
    target: str
    kind: str
    times: int
    """How often it still strikes."""
    delay_s: float = DEFAULT_DELAY_S
    status: int = 503
    """HTTP or SMTP status of a refusal."""
    code: int | None = None
    """Twilio's code of a refusal; None: the one that goes with the status."""
    number: str | None = None
    """Only texts to or from this number; None: all."""


def read_fault(document: Any) -> Fault:
    """Read an order from parsed JSON.

    Raises:
        UnknownFault: it names no known target or kind, or a count or status out of range.
    """
    if not isinstance(document, Mapping):
        raise UnknownFault("A fault is an object with target and kind.")
    target, kind = document.get("target"), document.get("kind")
    if target not in KINDS:
        raise UnknownFault("target is one of " + ", ".join(KINDS))
    if kind not in KINDS[target]:
        raise UnknownFault(f"kind of {target} is one of " + ", ".join(sorted(KINDS[target])))
    code = document.get("code")
    if code is not None and (not isinstance(code, int) or code not in REFUSALS):
        raise UnknownFault("code is one of " + ", ".join(map(str, REFUSALS)))
    number = document.get("number")
    if number is not None and not isinstance(number, str):
        raise UnknownFault("number is a string.")
    return Fault(
        id=uuid.uuid4().hex,
        target=target,
        kind=kind,
        times=int(_in_range(document, "times", 1, 1, 1_000_000)),
        delay_s=_in_range(document, "delay_s", DEFAULT_DELAY_S, 0, LONGEST_DELAY_S),
        status=int(_in_range(document, "status", 451 if target == "mail" else 503, 400, 599)),
        code=code,
        number=number,
    )


def _in_range(
    document: Mapping[str, Any], name: str, default: float, least: float, most: float
) -> float:
    given = document.get(name, default)
    if isinstance(given, bool) or not isinstance(given, int | float) or not least <= given <= most:
        raise UnknownFault(f"{name} is a number from {least:g} to {most:g}.")
    return given


class Faults:
    """What is ordered and has not yet struck."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._ordered: list[Fault] = []
        self._released = threading.Event()

    def order(self, fault: Fault) -> None:
        """Let a fault strike from now on."""
        with self._board.changing():
            self._ordered.append(fault)

    def listed(self) -> list[Fault]:
        """Return what has still to strike."""
        with self._board.reading():
            return list(self._ordered)

    def strike(self, target: str, number: str | None = None) -> dict[str, Fault]:
        """Return what strikes this time, by kind, and count it."""
        with self._board.changing():
            due: dict[str, Fault] = {}
            for fault in self._ordered:
                if fault.target == target and fault.number in (None, number):
                    due.setdefault(fault.kind, fault)
            for fault in due.values():
                fault.times -= 1
            self._ordered = [fault for fault in self._ordered if fault.times > 0]
            return due

    def hold(self, seconds: float) -> None:
        """Keep a caller waiting, at most until the faults are cleared."""
        self._released.wait(seconds)

    def clear(self) -> None:
        """Take every order back and let go of whoever is kept waiting."""
        with self._board.changing():
            self._ordered.clear()
            released, self._released = self._released, threading.Event()
        released.set()
