import itertools
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.paths.walker import Visitor, Walker
from tests.e2e.running import RunningProduct
from tests.standins.simulated import SimulatorCarrier

_numbers = itertools.count(500)
"""Of Ofcom's drama numbers those that no other test of the running product uses."""


@pytest.fixture
def walker(product: RunningProduct, carrier: SimulatorCarrier) -> Callable[..., Walker]:
    """Return what makes parents: each with a phone and an address of their own."""

    def make() -> Walker:
        nth = next(_numbers)
        made = Walker(
            product=product,
            carrier=carrier,
            number=f"+447700900{nth}",
            email=f"walker{nth}@example.com",
        )
        # A phone that has spoken with the product before is somebody else's.
        return make() if made.is_known else made

    return make


@pytest.fixture
def parent(walker: Callable[..., Walker]) -> Walker:
    """Return one parent."""
    return walker()


@pytest.fixture
def visitor(product: RunningProduct) -> Iterator[Visitor]:
    """Return a parent in the web chat."""
    visitor = Visitor(product)
    yield visitor
    visitor.channel.close()
