from collections.abc import Iterator

import pytest

from clients.hub import DeliveryState
from tests.conversations import driver


def pytest_collection_finish(session: pytest.Session) -> None:
    """Train before the first test where something has changed: no test's time limit covers it."""
    if any("running_house" in getattr(item, "fixturenames", ()) for item in session.items):
        driver.train()


@pytest.fixture(scope="session")
def running_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[driver.House]:
    """Redis, Rasa, the action server and a fake hub, started once for all conversations."""
    with driver.house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def house(running_house: driver.House) -> Iterator[driver.House]:
    """The house with every lever in its place."""
    yield running_house
    running_house.hub_server.fault = None
    running_house.hub.fails_with.clear()
    running_house.hub.texts_accepted = True
    running_house.hub.delivery = (DeliveryState.SENT, None)
