"""A text on its way while a phone goes off the air and comes back: it arrives, once."""

import itertools
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from simulator.board import Board
from simulator.carrier.delivery import Delivery, Pace
from simulator.network.messages import OUTBOUND, MessageLog
from simulator.network.phones import Phones
from tests.fakes.clock import FakeClock

NUMBER = "+447700900899"
VALID_FOR_S = 600


class Steps:
    """A schedule whose steps are made by hand, the earliest first."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._order = itertools.count()
        self.waiting: list[tuple[float, int, Callable[[], None]]] = []

    def after(self, delay_s: float, step: Callable[[], None]) -> None:
        self.waiting.append((self._clock.monotonic() + delay_s, next(self._order), step))

    def make_one(self) -> None:
        self.waiting.sort(key=lambda entry: entry[:2])
        at, _, step = self.waiting.pop(0)
        self._clock.advance(seconds=max(0.0, at - self._clock.monotonic()))
        step()


class Network:
    def __init__(self) -> None:
        clock = FakeClock()
        board = Board(clock)
        self.steps = Steps(clock)
        self.phones = Phones(board, clock)
        self.messages = MessageLog(board, clock)
        self.told: list[str] = []
        self.delivery = Delivery(
            messages=self.messages,
            phones=self.phones,
            callbacks=SimpleNamespace(announce=lambda text, _plan: self.told.append(text.status)),  # type: ignore[arg-type]
            schedule=self.steps,  # type: ignore[arg-type]
            pace=Pace(step_s=1.0, late_s=5.0),
        )

    def texts(self, body: str) -> None:
        message = self.messages.add(
            direction=OUTBOUND,
            sender="StaffsEHC",
            recipient=NUMBER,
            body=body,
            status="queued",
            valid_for_s=VALID_FOR_S,
        )
        self.delivery.start(message)

    @property
    def screen(self) -> list[str]:
        return [bubble.body for bubble in self.phones.bubbles(NUMBER)]


@pytest.mark.parametrize(("before", "meanwhile"), [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0)])
def test_whenever_a_phone_comes_back_its_text_arrives_once(before: int, meanwhile: int) -> None:
    network = Network()
    network.texts("482913")
    for _step in range(before):
        network.steps.make_one()
    network.phones.fly(NUMBER)
    for _step in range(meanwhile):
        network.steps.make_one()

    network.delivery.hand_over_waiting(NUMBER)
    while network.steps.waiting:
        network.steps.make_one()

    assert network.screen == ["482913"]
    assert network.told == ["queued", "sent", "delivered"]


def test_a_text_is_kept_for_as_long_as_it_is_valid() -> None:
    network = Network()
    network.phones.fly(NUMBER)
    network.texts("482913")

    while network.steps.waiting:
        network.steps.make_one()
    network.delivery.hand_over_waiting(NUMBER)

    assert network.screen == []
    assert network.told == ["queued", "sent", "undelivered"]
