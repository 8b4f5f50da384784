"""A short storm; `scripts/check_edge.py` lets the long one blow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messaging.storm import Storm
from tests.messaging.world import World

pytestmark = pytest.mark.e2e


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    try:
        world.start()
        yield world
    finally:
        world.stop()


def test_through_a_storm_each_text_is_answered_once_and_in_order(own_world: World) -> None:
    storm = Storm(own_world, seed=8, texts=120, phones=8)

    storm.blow()

    assert (storm.missing(), storm.twice(), storm.out_of_order()) == (0, 0, []), storm.done
    assert own_world.carrier.against_the_rules == []
    assert sum(storm.done.values()) > 20
