import pytest

from actions.core.services import Services
from tests.actions.talk import Talk
from tests.fakes.hub import FakeHub
from tests.fakes.vault import FakeVault


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
