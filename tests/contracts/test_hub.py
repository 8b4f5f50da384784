"""What every hub must do: the fake, the fake behind HTTP, and our own hub behind HTTP.

Our own is asked by two clients: `clients.hub`, and one written from `hub/openapi.yaml` alone.
Whatever goes over HTTP is held to that document.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from clients.hub import (
    CodeFault,
    DeliveryReason,
    DeliveryState,
    HubClient,
    HubRefused,
    NumberFault,
    Problem,
    RegistrationState,
)
from tests.contracts.document_hub import DocumentHub
from tests.contracts.stages import ME, Stage, fake_over_http, fake_stage, real_over_http

pytestmark = pytest.mark.anyio

MOBILE = "07700 900123"


@pytest.fixture(params=["fake", "fake over http", "real over http", "real, by the document"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    if request.param == "fake":
        yield fake_stage()
        return
    over_http = fake_over_http() if request.param == "fake over http" else real_over_http(tmp_path)
    with over_http as (url, key, staged):
        by_document = request.param == "real, by the document"
        client = DocumentHub(url, key) if by_document else HubClient(url, key)
        staged.hub = client
        yield staged
        await client.aclose()


async def _with_number(stage: Stage) -> str:
    registration = await stage.hub.begin_registration(
        stage.invitation(), conversation_id=ME, key="1"
    )
    await stage.hub.set_number(registration.registration_id, MOBILE, key="2")
    return registration.registration_id


async def _with_code(stage: Stage) -> str:
    registration_id = await _with_number(stage)
    await stage.hub.send_code(registration_id, key="3")
    return registration_id


async def test_the_whole_road_ends_with_a_link(stage: Stage) -> None:
    code = stage.invitation().lower().replace("-", "")
    begun = await stage.hub.begin_registration(code, conversation_id=ME, key="1")
    numbered = await stage.hub.set_number(begun.registration_id, MOBILE, key="2")
    sent = await stage.hub.send_code(begun.registration_id, key="3")
    checked = await stage.hub.check_code(begun.registration_id, stage.code(), key="4")
    link = await stage.hub.continue_link(begun.registration_id, key="5")

    assert begun.state is RegistrationState.NUMBER_NEEDED
    assert (numbered.state, numbered.number_ends_with) == (RegistrationState.CODE_NEEDED, "123")
    assert (sent.is_same, sent.number_ends_with) == (False, "123")
    assert checked.state is RegistrationState.VERIFIED
    assert link.url.startswith("https://")
    assert link.url not in repr(link)


async def test_an_unknown_invitation_is_not_recognised(stage: Stage) -> None:
    with pytest.raises(HubRefused) as refusal:
        await stage.hub.begin_registration("ZZ99-ZZ99", conversation_id=ME, key="1")

    assert refusal.value.problem is Problem.INVITATION_NOT_RECOGNISED


async def test_an_old_invitation_has_expired(stage: Stage) -> None:
    code = stage.invitation()
    stage.clock.advance(hours=73)

    with pytest.raises(HubRefused) as refusal:
        await stage.hub.begin_registration(code, conversation_id=ME, key="1")

    assert refusal.value.problem is Problem.INVITATION_EXPIRED


async def test_a_used_invitation_is_complete(stage: Stage) -> None:
    code = stage.invitation()
    begun = await stage.hub.begin_registration(code, conversation_id=ME, key="1")
    await stage.hub.set_number(begun.registration_id, MOBILE, key="2")
    await stage.hub.send_code(begun.registration_id, key="3")
    await stage.hub.check_code(begun.registration_id, stage.code(), key="4")
    link = await stage.hub.continue_link(begun.registration_id, key="5")
    stage.finish(link.url)

    with pytest.raises(HubRefused) as another:
        await stage.hub.begin_registration(code, conversation_id="web-2", key="6")
    with pytest.raises(HubRefused) as more:
        await stage.hub.continue_link(begun.registration_id, key="7")
    now = await stage.hub.registration(begun.registration_id)

    assert another.value.problem is Problem.REGISTRATION_COMPLETE
    assert more.value.problem is Problem.REGISTRATION_COMPLETE
    assert now.state is RegistrationState.COMPLETE


async def test_too_many_wrong_invitations_name_the_wait(stage: Stage) -> None:
    for attempt in range(5):
        with pytest.raises(HubRefused):
            await stage.hub.begin_registration(
                f"ZZ99-ZZ9{attempt}", conversation_id=ME, key=f"try-{attempt}"
            )

    with pytest.raises(HubRefused) as refusal:
        await stage.hub.begin_registration(stage.invitation(), conversation_id=ME, key="more")

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
    code = stage.invitation()
    begun = await stage.hub.begin_registration(code, conversation_id=ME, key="1")

    await stage.hub.let_go(begun.registration_id, key="9")

    assert await stage.hub.registration_of(ME) is None
    with pytest.raises(HubRefused) as gone:
        await stage.hub.registration(begun.registration_id)
    again = await stage.hub.begin_registration(code, conversation_id=ME, key="10")
    assert gone.value.problem is Problem.NOT_FOUND
    assert again.state is RegistrationState.NUMBER_NEEDED
    assert again.registration_id != begun.registration_id


async def test_two_conversations_with_one_invitation_have_a_registration_each(
    stage: Stage,
) -> None:
    code = stage.invitation()
    mine = await stage.hub.begin_registration(code, conversation_id=ME, key="1")
    again = await stage.hub.begin_registration(code, conversation_id=ME, key="2")
    other = await stage.hub.begin_registration(code, conversation_id="web-2", key="3")

    assert again.registration_id == mine.registration_id
    assert other.registration_id != mine.registration_id


async def test_another_number_needs_no_wait_and_ends_the_code_of_the_first(stage: Stage) -> None:
    registration_id = await _with_code(stage)
    first = stage.code()
    await stage.hub.set_number(registration_id, "07700 900456", key="4")

    with pytest.raises(HubRefused) as nothing_out:
        await stage.hub.check_code(registration_id, first, key="5")
    sent = await stage.hub.send_code(registration_id, key="6")

    assert nothing_out.value.problem is Problem.NO_CODE_SENT
    assert (sent.is_same, sent.number_ends_with) == (False, "456")


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("01785 123456", NumberFault.LANDLINE),
        ("070 1234 5678", NumberFault.PERSONAL),
        ("0770 09", NumberFault.TOO_SHORT),
        ("07700 90012", NumberFault.TOO_SHORT),
        ("07700 9001234", NumberFault.TOO_LONG),
        ("+353 85 123 4567", NumberFault.FOREIGN),
        ("my mobile", NumberFault.UNREADABLE),
    ],
)
async def test_a_number_is_refused_with_the_reason(
    stage: Stage, number: str, fault: NumberFault
) -> None:
    begun = await stage.hub.begin_registration(stage.invitation(), conversation_id=ME, key="1")

    with pytest.raises(HubRefused) as refusal:
        await stage.hub.set_number(begun.registration_id, number, key="2")

    assert refusal.value.number_fault is fault


async def test_a_code_needs_a_number_first(stage: Stage) -> None:
    begun = await stage.hub.begin_registration(stage.invitation(), conversation_id=ME, key="1")

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
    stage.refuse_texts()

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
        await stage.hub.check_code(registration_id, stage.wrong_code(), key="5")

    assert malformed.value.code_fault is fault
    assert incorrect.value.tries_left == 4


async def test_the_fifth_wrong_code_locks(stage: Stage) -> None:
    registration_id = await _with_code(stage)
    wrong = stage.wrong_code()
    for attempt in range(4):
        with pytest.raises(HubRefused):
            await stage.hub.check_code(registration_id, wrong, key=f"wrong-{attempt}")

    with pytest.raises(HubRefused) as fifth:
        await stage.hub.check_code(registration_id, wrong, key="fifth")
    with pytest.raises(HubRefused) as right:
        await stage.hub.check_code(registration_id, stage.code(), key="right")

    assert fifth.value.problem is Problem.LOCKED
    assert fifth.value.retry_after.total_seconds() == 900
    assert right.value.problem is Problem.LOCKED


@pytest.mark.parametrize(("age_s", "is_expired"), [(599, False), (600, True)])
async def test_a_code_expires_after_600_seconds(
    stage: Stage, age_s: int, *, is_expired: bool
) -> None:
    registration_id = await _with_code(stage)
    code = stage.code()
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
    code = stage.code()

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
    stage.report(DeliveryState.UNDELIVERED, DeliveryReason.HANDSET_OFF)

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
        await stage.hub.registration(str(uuid4()))

    assert refusal.value.problem is Problem.NOT_FOUND


async def test_an_app_is_a_second_factor_too(stage: Stage) -> None:
    begun = await stage.hub.begin_registration(stage.invitation(), conversation_id=ME, key="1")
    with pytest.raises(HubRefused) as early:
        await stage.hub.check_app_code(begun.registration_id, "123456", key="2")
    enrolled = await stage.hub.enrol_app(begun.registration_id, key="3")
    again = await stage.hub.enrol_app(begun.registration_id, key="4")
    with pytest.raises(HubRefused) as wrong:
        await stage.hub.check_app_code(begun.registration_id, _other(stage.app_code()), key="5")
    before = await stage.hub.status(begun.registration_id)
    checked = await stage.hub.check_app_code(begun.registration_id, stage.app_code(), key="6")
    after = await stage.hub.status(begun.registration_id)
    link = await stage.hub.continue_link(begun.registration_id, key="7")

    assert early.value.problem is Problem.ENROLMENT_OVER
    assert again == enrolled
    assert enrolled.setup_key.replace(" ", "") in enrolled.otpauth_uri
    assert enrolled.setup_key not in repr(enrolled)
    assert wrong.value.tries_left == 4
    assert (before.has_app, after.has_app, after.has_number) == (False, True, False)
    assert (checked.state, checked.number_ends_with) == (RegistrationState.VERIFIED, None)
    assert link.url.startswith("https://")


async def test_an_app_is_set_up_within_the_hour(stage: Stage) -> None:
    begun = await stage.hub.begin_registration(stage.invitation(), conversation_id=ME, key="1")
    enrolled = await stage.hub.enrol_app(begun.registration_id, key="2")
    stage.clock.advance(hours=1)

    with pytest.raises(HubRefused) as late:
        await stage.hub.check_app_code(begun.registration_id, "123456", key="3")
    another = await stage.hub.enrol_app(begun.registration_id, key="4")

    assert late.value.problem is Problem.ENROLMENT_OVER
    assert another.authenticator_id != enrolled.authenticator_id


async def test_an_app_that_is_set_up_again_does_not_end_the_one_that_works(stage: Stage) -> None:
    begun = await stage.hub.begin_registration(stage.invitation(), conversation_id=ME, key="1")
    await stage.hub.enrol_app(begun.registration_id, key="2")
    await stage.hub.check_app_code(begun.registration_id, stage.app_code(), key="3")
    await stage.hub.enrol_app(begun.registration_id, key="4")
    link = await stage.hub.continue_link(begun.registration_id, key="5")

    stage.finish(link.url)

    assert stage.has_app()


async def test_wrong_codes_of_text_and_app_are_counted_together(stage: Stage) -> None:
    registration_id = await _with_code(stage)
    await stage.hub.enrol_app(registration_id, key="app")
    for attempt in range(4):
        with pytest.raises(HubRefused):
            await stage.hub.check_code(registration_id, stage.wrong_code(), key=f"text-{attempt}")

    with pytest.raises(HubRefused) as fifth:
        await stage.hub.check_app_code(registration_id, _other(stage.app_code()), key="fifth")
    status = await stage.hub.status(registration_id)

    assert fifth.value.problem is Problem.LOCKED
    assert status.locked_for is not None
    assert status.locked_for.total_seconds() == 900
    assert not status.needs_help


@pytest.mark.parametrize(
    "ask", ["ask_for_invitation", "ask_for_password_reset", "ask_for_factor_help"]
)
async def test_what_is_asked_for_by_address_has_a_limit(stage: Stage, ask: str) -> None:
    limit = 5 if ask == "ask_for_password_reset" else 3
    stage.invitation()
    for address in ("parent1@example.com", "nobody@example.com"):
        for attempt in range(limit):
            await getattr(stage.hub, ask)(address, key=f"{address}-{attempt}")

    with pytest.raises(HubRefused) as known:
        await getattr(stage.hub, ask)("parent1@example.com", key="known")
    with pytest.raises(HubRefused) as unknown:
        await getattr(stage.hub, ask)("nobody@example.com", key="unknown")
    with pytest.raises(HubRefused) as nonsense:
        await getattr(stage.hub, ask)("parent at example", key="nonsense")

    assert known.value.problem is unknown.value.problem is Problem.TOO_MANY_REQUESTS
    assert known.value.retry_after == unknown.value.retry_after
    assert nonsense.value.problem is Problem.EMAIL_NOT_ACCEPTED


def _other(code: str) -> str:
    """Return a code that no step around now has, whatever the one of now is."""
    return f"{(int(code) + 1) % 10**6:06d}"
