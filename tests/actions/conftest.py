import pytest
import structlog

from actions.core.contacts import Contacts
from actions.core.services import Services, Vault
from tests.actions.talk import Talk
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub
from tests.fakes.vault import FakeVault

structlog.configure(processors=[structlog.processors.KeyValueRenderer()])


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def hub(clock: FakeClock) -> FakeHub:
    hub = FakeHub(clock)
    hub.invite("AB2C-3D4E")
    return hub


@pytest.fixture
def keeper(clock: FakeClock) -> FakeVault:
    return FakeVault(clock)


@pytest.fixture
def services(hub: FakeHub, keeper: FakeVault, clock: FakeClock) -> Services:
    contacts = Contacts(phone="01234 567890", email="help@hub.example", hours="9am to 5pm")
    return Services(hub=hub, vault=Vault(keeper), clock=clock, contacts=contacts)


@pytest.fixture
def talk(services: Services, keeper: FakeVault) -> Talk:
    return Talk(services, keeper, slots={"core_introduced": True})


@pytest.fixture
async def at_number(talk: Talk) -> Talk:
    await talk.says("AB2C-3D4E", "give_code")
    return talk


@pytest.fixture
async def at_code(at_number: Talk, hub: FakeHub) -> Talk:
    await at_number.says("07700 900456", "give_phone_number")
    assert hub.number_of(at_number.conversation) == "07700 900456"
    return at_number
