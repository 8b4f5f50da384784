import itertools
from collections.abc import Callable

import pytest

from tests.e2e.paths.walker import Visitor, Walker
from tests.e2e.running import RunningProduct
from tests.standins.simulated import SimulatorCarrier

_numbers = itertools.count(500)
"""Of Ofcom's drama numbers those that no other test of the running product uses."""


@pytest.fixture
def walker(product: RunningProduct, carrier: SimulatorCarrier) -> Callable[..., Walker]:
    """Return what makes parents: each with a phone and an address of their own, or this number."""

    def make(number: str | None = None) -> Walker:
        nth = next(_numbers)
        made = Walker(
            product=product,
            carrier=carrier,
            number=number or f"+447700900{nth}",
            email=f"walker{nth}@example.com",
        )
        carrier.switch(made.number, airplane_mode=False)
        made.screen()  # what an earlier test left on a magic number's phone is read
        made.codes.clear()
        return made

    return make


@pytest.fixture
def parent(walker: Callable[..., Walker]) -> Walker:
    """Return one parent."""
    return walker()


@pytest.fixture
def visitor(product: RunningProduct) -> Visitor:
    """Return a parent in the web chat."""
    return Visitor(product)
