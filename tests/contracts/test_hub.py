"""What every hub must do: the fake, and the client talking to one over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from clients.errors import ClientError, Nonsense, Refused, Unreachable
from clients.hub import (
    Call,
    CodeFault,
    DeliveryReason,
    DeliveryState,
    Hub,
    HubClient,
    HubRefused,
    NumberFault,
    Problem,
    RegistrationState,
)
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub
from tests.fakes.hub_server import FAULTS, KEY, HubServer, running

pytestmark = pytest.mark.anyio

ME = "sms-me"
MOBILE = "07700 900123"


@dataclass
class Stage:
    hub: Hub
    backstage: FakeHub
    clock: FakeClock


@pytest.fixture(params=["fake", "http"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    clock = FakeClock()
    fake = FakeHub(clock)
    fake.invite("AB2C-3D4E")
    if request.param == "fake":
        yield Stage(fake, fake, clock)
        return
    with running(fake) as server:
        client = HubClient(server.url, KEY)
        yield Stage(client, fake, clock)
        await client.aclose()


@pytest.fixture
async def server_and_client() -> AsyncIterator[tuple[HubServer, HubClient]]:
    fake = FakeHub(FakeClock())
    fake.invite("AB2C-3D4E")
    with running(fake) as server:
        client = HubClient(server.url, KEY, total_timeout_s=0.4)
        yield server, client
        await client.aclose()


async def _with_number(stage: Stage) -> str:
    registration = await stage.hub.begin_registration("AB2C-3D4E", conversation_id=ME, key="1")
    await stage.hub.set_number(registration.registration_id, MOBILE, key="2")
    return registration.registration_id


async def _with_code(stage: Stage) -> str:
    registration_id = await _with_number(stage)
    await stage.hub.send_code(registration_id, key="3")
    return registration_id


async def test_the_whole_road_ends_with_a_link(stage: Stage) -> None:
    begun = await stage.hub.begin_registration("ab2c3d4e", conversation_id=ME, key="1")
    numbered = await stage.hub.set_number(begun.registration_id, MOBILE, key="2")
    sent = await stage.hub.send_code(begun.registration_id, key="3")
    checked = await stage.hub.check_code(
        begun.registration_id, stage.backstage.code_of(ME), key="4"
    )
    link = await stage.hub.continue_link(begun.registration_id, key="5")

    assert begun.state is RegistrationState.NUMBER_NEEDED
    assert (numbered.state, numbered.number_ends_with) == (RegistrationState.CODE_NEEDED, "123")
    assert (sent.is_same, sent.number_ends_with) == (False, "123")
    assert checked.state is RegistrationState.VERIFIED
    assert link.url.startswith("https://")
    assert "continue" not in repr(link)


async def test_an_unknown_invitation_is_not_recognised(stage: Stage) -> None:
    with pytest.raises(HubRefused) as refusal:
        await stage.hub.begin_registration("ZZ99-ZZ99", conversation_id=ME, key="1")

    assert refusal.value.problem is Problem.INVITATION_NOT_RECOGNISED


@pytest.mark.parametrize(
    ("state", "problem"),
    [("expired", Problem.INVITATION_EXPIRED), ("complete", Problem.REGISTRATION_COMPLETE)],
)
async def test_a_used_or_old_invitation_is_refused(
    stage: Stage, state: str, problem: Problem
) -> None:
    stage.backstage.invite("QQ22-QQ22", state)

    with pytest.raises(HubRefused) as refusal:
        await stage.hub.begin_registration("QQ22-QQ22", conversation_id=ME, key="1")

    assert refusal.value.problem is problem


async def test_too_many_wrong_invitations_name_the_wait(stage: Stage) -> None:
    for attempt in range(5):
        with pytest.raises(HubRefused):
            await stage.hub.begin_registration("ZZ99", conversation_id=ME, key=f"try-{attempt}")

    with pytest.raises(HubRefused) as refusal:
        await stage.hub.begin_registration("AB2C-3D4E", conversation_id=ME, key="more")

    assert refusal.value.problem is Problem.TOO_MANY_TRIES
    assert refusal.value.retry_after.total_seconds() == 900


async def test_a_conversation_finds_its_registration_again(stage: Stage) -> None:
    nothing = await stage.hub.registration_of(ME)
    registration_id = await _with_number(stage)

    found = await stage.hub.registration_of(ME)

    assert nothing is None
    assert found is not None
    assert found.registration_id == registration_id


async def test_letting_go_parts_the_registration_from_the_conversation(stage: Stage) -> None:
    registration_id = await _with_number(stage)

    await stage.hub.let_go(registration_id, key="9")

    assert await stage.hub.registration_of(ME) is None
    again = await stage.hub.begin_registration("AB2C-3D4E", conversation_id="web-2", key="10")
    assert again.registration_id == registration_id


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("01785 123456", NumberFault.LANDLINE),
        ("070 1234 5678", NumberFault.PERSONAL),
        ("0770 090", NumberFault.TOO_SHORT),
        ("07700 9001234", NumberFault.TOO_LONG),
        ("+353 85 123 4567", NumberFault.FOREIGN),
        ("my mobile", NumberFault.UNREADABLE),
    ],
)
async def test_a_number_is_refused_with_the_reason(
    stage: Stage, number: str, fault: NumberFault
) -> None:
    begun = await stage.hub.begin_registration("AB2C-3D4E", conversation_id=ME, key="1")

    with pytest.raises(HubRefused) as refusal:
        await stage.hub.set_number(begun.registration_id, number, key="2")

    assert refusal.value.number_fault is fault


async def test_a_code_needs_a_number_first(stage: Stage) -> None:
    begun = await stage.hub.begin_registration("AB2C-3D4E", conversation_id=ME, key="1")

    with pytest.raises(HubRefused) as refusal:
        await stage.hub.send_code(begun.registration_id, key="2")

    assert refusal.value.problem is Problem.NUMBER_NEEDED


async def test_a_resend_waits_and_then_sends_the_same_code(stage: Stage) -> None:
    registration_id = await _with_code(stage)

    with pytest.raises(HubRefused) as refusal:
        await stage.hub.send_code(registration_id, key="soon")
    stage.clock.advance(seconds=30)
    again = await stage.hub.send_code(registration_id, key="later")

    assert refusal.value.problem is Problem.RESEND_TOO_SOON
    assert refusal.value.retry_after.total_seconds() == 30
    assert again.is_same


async def test_a_text_that_is_not_accepted_is_told(stage: Stage) -> None:
    registration_id = await _with_number(stage)
    stage.backstage.texts_accepted = False

    with pytest.raises(HubRefused) as refusal:
        await stage.hub.send_code(registration_id, key="3")

    assert refusal.value.problem is Problem.TEXT_NOT_ACCEPTED


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("12345", CodeFault.TOO_FEW),
        ("1234567", CodeFault.TOO_MANY),
        ("abc", CodeFault.NOT_DIGITS),
    ],
)
async def test_a_malformed_code_costs_no_try(stage: Stage, typed: str, fault: CodeFault) -> None:
    registration_id = await _with_code(stage)

    with pytest.raises(HubRefused) as malformed:
        await stage.hub.check_code(registration_id, typed, key="4")
    with pytest.raises(HubRefused) as incorrect:
        await stage.hub.check_code(registration_id, stage.backstage.wrong_code_of(ME), key="5")

    assert malformed.value.code_fault is fault
    assert incorrect.value.tries_left == 4


async def test_the_fifth_wrong_code_locks(stage: Stage) -> None:
    registration_id = await _with_code(stage)
    wrong = stage.backstage.wrong_code_of(ME)
    for attempt in range(4):
        with pytest.raises(HubRefused):
            await stage.hub.check_code(registration_id, wrong, key=f"wrong-{attempt}")

    with pytest.raises(HubRefused) as fifth:
        await stage.hub.check_code(registration_id, wrong, key="fifth")
    with pytest.raises(HubRefused) as right:
        await stage.hub.check_code(registration_id, stage.backstage.code_of(ME), key="right")

    assert fifth.value.problem is Problem.LOCKED
    assert fifth.value.retry_after.total_seconds() == 900
    assert right.value.problem is Problem.LOCKED


@pytest.mark.parametrize(("age_s", "is_expired"), [(599, False), (600, True)])
async def test_a_code_expires_after_600_seconds(
    stage: Stage, age_s: int, *, is_expired: bool
) -> None:
    registration_id = await _with_code(stage)
    code = stage.backstage.code_of(ME)
    stage.clock.advance(seconds=age_s)

    if not is_expired:
        checked = await stage.hub.check_code(registration_id, code, key="4")
        assert checked.state is RegistrationState.VERIFIED
        return
    with pytest.raises(HubRefused) as refusal:
        await stage.hub.check_code(registration_id, code, key="4")
    assert refusal.value.problem is Problem.CODE_EXPIRED
    assert refusal.value.new_code_sent


async def test_the_same_turn_gets_the_same_answer(stage: Stage) -> None:
    registration_id = await _with_code(stage)
    code = stage.backstage.code_of(ME)

    first = await stage.hub.check_code(registration_id, code, key="4")
    second = await stage.hub.check_code(registration_id, code, key="4")
    with pytest.raises(HubRefused) as another_turn:
        await stage.hub.check_code(registration_id, code, key="5")
    with pytest.raises(HubRefused) as sending:
        await stage.hub.send_code(registration_id, key="after")

    assert first == second
    assert another_turn.value.problem is Problem.NUMBER_ALREADY_VERIFIED
    assert sending.value.problem is Problem.NUMBER_ALREADY_VERIFIED


async def test_the_network_says_what_became_of_the_text(stage: Stage) -> None:
    registration_id = await _with_number(stage)
    with pytest.raises(HubRefused) as before:
        await stage.hub.latest_code(registration_id)
    await stage.hub.send_code(registration_id, key="3")
    stage.backstage.delivery = (DeliveryState.UNDELIVERED, DeliveryReason.HANDSET_OFF)

    delivery = await stage.hub.latest_code(registration_id)

    assert before.value.problem is Problem.NOT_FOUND
    assert (delivery.state, delivery.reason) == (
        DeliveryState.UNDELIVERED,
        DeliveryReason.HANDSET_OFF,
    )
    assert delivery.resend_after.total_seconds() == 30


async def test_no_link_before_the_number_is_verified(stage: Stage) -> None:
    registration_id = await _with_code(stage)

    with pytest.raises(HubRefused) as refusal:
        await stage.hub.continue_link(registration_id, key="5")

    assert refusal.value.problem is Problem.NUMBER_NOT_VERIFIED


async def test_an_unknown_registration_is_not_found(stage: Stage) -> None:
    with pytest.raises(HubRefused) as refusal:
        await stage.hub.registration("never-issued")

    assert refusal.value.problem is Problem.NOT_FOUND


# ---- what only the client can meet: a hub that is away, slow or talks nonsense --------------

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
    ]

    for call in calls:
        with pytest.raises(expected) as error:
            await call
        assert error.value.neighbour == "hub"
        assert "123456" not in str(error.value)


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
        await client._write(Call.LET_GO, "DELETE", "/v1/nowhere", "1")
