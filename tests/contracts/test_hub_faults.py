"""What only the client can meet: a hub that is away, slow or talks nonsense."""

from collections.abc import AsyncIterator

import pytest

from clients.errors import ClientError, Nonsense, Refused, Unreachable
from clients.hub import (
    Call,
    HubClient,
    HubRefused,
)
from tests.contracts.stages import ME
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub
from tests.fakes.hub_server import FAULTS, KEY, HubServer, running

pytestmark = pytest.mark.anyio

MOBILE = "07700 900123"


@pytest.fixture
async def server_and_client() -> AsyncIterator[tuple[HubServer, HubClient]]:
    fake = FakeHub(FakeClock())
    fake.invite("AB2C-3D4E")
    with running(fake) as server:
        client = HubClient(server.url, KEY, total_timeout_s=0.4)
        yield server, client
        await client.aclose()


ERRORS: dict[str, type[ClientError]] = {
    "away": Unreachable,
    "broken": Unreachable,
    "slow": Unreachable,
    "html": Nonsense,
    "error_in_200": Nonsense,
    "wrong_shape": Nonsense,
    "redirect": Nonsense,
    "truncated": Nonsense,
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_is_an_error_of_ours_on_every_call(
    server_and_client: tuple[HubServer, HubClient], fault: str
) -> None:
    server, client = server_and_client
    server.fault, server.slow_s = fault, 0.6
    expected = ERRORS[fault]

    calls = [
        client.begin_registration("AB2C-3D4E", conversation_id=ME, key="1"),
        client.registration_of(ME),
        client.registration("some"),
        client.let_go("some", key="2"),
        client.set_number("some", MOBILE, key="3"),
        client.send_code("some", key="4"),
        client.check_code("some", "123456", key="5"),
        client.latest_code("some"),
        client.continue_link("some", key="6"),
        client.status("some"),
        client.enrol_app("some", key="7"),
        client.check_app_code("some", "123456", key="8"),
        client.ask_for_invitation("parent@example.com", key="9"),
        client.ask_for_password_reset("parent@example.com", key="10"),
        client.ask_for_factor_help("parent@example.com", key="11"),
    ]

    for call in calls:
        with pytest.raises(expected) as error:
            await call
        assert error.value.neighbour == "hub"
        assert "123456" not in str(error.value)
        assert "parent@" not in str(error.value)


async def test_a_hub_that_is_not_there_is_unreachable() -> None:
    client = HubClient("http://127.0.0.1:9", KEY)

    with pytest.raises(Unreachable):
        await client.registration_of(ME)
    with pytest.raises(Unreachable):
        await client.ping()
    await client.aclose()


async def test_a_wrong_key_is_refused_without_a_reason_of_the_contract(
    server_and_client: tuple[HubServer, HubClient],
) -> None:
    server, _ = server_and_client
    client = HubClient(server.url, "another key")

    with pytest.raises(Refused) as refusal:
        await client.registration_of(ME)
    await client.aclose()

    assert not isinstance(refusal.value, HubRefused)


async def test_a_refusal_that_another_call_may_bring_is_nonsense(
    server_and_client: tuple[HubServer, HubClient],
) -> None:
    """A 404 of a proxy, or a reason that does not belong to this call, tells nothing."""
    _, client = server_and_client

    with pytest.raises(Nonsense):
        await client._transport.write(Call.LET_GO, "DELETE", "/v1/nowhere", "1")
