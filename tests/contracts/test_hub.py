"""What every hub must do: the fake, the fake behind HTTP, and our own hub behind HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
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
from tests.contracts.stages import ME, Stage, fake_over_http, fake_stage, real_over_http

pytestmark = pytest.mark.anyio

MOBILE = "07700 900123"


@pytest.fixture(params=["fake", "fake over http", "real over http"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    if request.param == "fake":
        yield fake_stage()
        return
    over_http = fake_over_http() if request.param == "fake over http" else real_over_http(tmp_path)
    with over_http as (url, key, staged):
        client = HubClient(url, key)
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
    again = await stage.hub.begin_registration(code, conversation_id=ME, key="10")
    assert again.state is RegistrationState.NUMBER_NEEDED


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("01785 123456", NumberFault.LANDLINE),
        ("070 1234 5678", NumberFault.PERSONAL),
        ("0770 09", NumberFault.TOO_SHORT),
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
        await stage.hub.registration("never-issued")

    assert refusal.value.problem is Problem.NOT_FOUND


# ---- the authenticator app ----------------------------------------------------------------------


async def _begun(stage: Stage) -> str:
    begun = await stage.hub.begin_registration(stage.invitation(), conversation_id=ME, key="1")
    return begun.registration_id


def _app_code(stage: Stage, setup_key: str) -> str:
    return pyotp.TOTP(setup_key.replace(" ", "")).at(stage.clock.now())


async def test_an_app_proves_the_second_factor_without_a_number(stage: Stage) -> None:
    registration_id = await _begun(stage)
    app = await stage.hub.enrol_authenticator(registration_id, key="2")

    checked = await stage.hub.confirm_authenticator(
        registration_id, _app_code(stage, app.setup_key), key="3"
    )
    link = await stage.hub.continue_link(registration_id, key="4")
    status = await stage.hub.registration_status(registration_id)

    assert app.otpauth_uri.startswith("otpauth://totp/")
    assert app.setup_key not in repr(app)
    assert (checked.state, checked.number_ends_with) == (RegistrationState.VERIFIED, None)
    assert link.url
    assert (status.has_app, status.has_number, status.has_password) == (True, False, False)


async def test_the_same_app_is_shown_again(stage: Stage) -> None:
    registration_id = await _begun(stage)

    first = await stage.hub.enrol_authenticator(registration_id, key="2")
    stage.clock.advance(minutes=59)
    second = await stage.hub.enrol_authenticator(registration_id, key="3")
    stage.clock.advance(minutes=61)
    third = await stage.hub.enrol_authenticator(registration_id, key="4")

    assert first.setup_key == second.setup_key != third.setup_key


async def test_a_wrong_code_of_the_app_tells_the_tries_left(stage: Stage) -> None:
    registration_id = await _begun(stage)
    app = await stage.hub.enrol_authenticator(registration_id, key="2")
    right = _app_code(stage, app.setup_key)
    wrong = f"{(int(right) + 500_000) % 1_000_000:06d}"

    with pytest.raises(HubRefused) as malformed:
        await stage.hub.confirm_authenticator(registration_id, "12345", key="3")
    with pytest.raises(HubRefused) as incorrect:
        await stage.hub.confirm_authenticator(registration_id, wrong, key="4")

    assert malformed.value.code_fault is CodeFault.TOO_FEW
    assert (incorrect.value.problem, incorrect.value.tries_left) == (Problem.CODE_INCORRECT, 4)


async def test_an_app_that_was_never_set_up_is_over(stage: Stage) -> None:
    registration_id = await _begun(stage)

    with pytest.raises(HubRefused) as refusal:
        await stage.hub.confirm_authenticator(registration_id, "123456", key="3")

    assert refusal.value.problem is Problem.ENROLMENT_OVER


async def test_a_lock_shows_in_the_status(stage: Stage) -> None:
    registration_id = await _with_code(stage)
    before = await stage.hub.registration_status(registration_id)
    for attempt in range(5):
        with pytest.raises(HubRefused):
            await stage.hub.check_code(registration_id, stage.wrong_code(), key=f"w-{attempt}")

    after = await stage.hub.registration_status(registration_id)

    assert before.locked_for is None
    assert after.locked_for is not None
    assert after.locked_for.total_seconds() == 900
    assert not after.needs_help


async def test_two_accounts_may_share_a_number(stage: Stage) -> None:
    for attempt in range(2):
        begun = await stage.hub.begin_registration(
            stage.invitation(), conversation_id=ME, key=f"begin-{attempt}"
        )
        numbered = await stage.hub.set_number(
            begun.registration_id, MOBILE, key=f"number-{attempt}"
        )
        await stage.hub.send_code(begun.registration_id, key=f"send-{attempt}")
        checked = await stage.hub.check_code(
            begun.registration_id, stage.code(), key=f"check-{attempt}"
        )

        assert numbered.number_ends_with == "123"
        assert checked.state is RegistrationState.VERIFIED


# ---- what is asked for by an address ------------------------------------------------------------

ASKED = ("ask_for_invitation", "ask_for_password_reset", "ask_for_factor_help")


@pytest.mark.parametrize("call", ASKED)
async def test_an_address_is_taken_alike_whether_or_not_it_is_known(
    stage: Stage, call: str
) -> None:
    stage.invitation()

    known = await getattr(stage.hub, call)("parent1@example.com", key="1")
    unknown = await getattr(stage.hub, call)("nobody@example.com", key="2")

    assert known is None
    assert unknown is None


@pytest.mark.parametrize("call", ASKED)
async def test_what_is_no_address_is_refused(stage: Stage, call: str) -> None:
    with pytest.raises(HubRefused) as refusal:
        await getattr(stage.hub, call)("parent@example", key="1")

    assert refusal.value.problem is Problem.EMAIL_NOT_ACCEPTED


@pytest.mark.parametrize("call", ASKED)
async def test_the_same_address_too_often_names_the_wait(stage: Stage, call: str) -> None:
    refusal = None
    for attempt in range(8):
        try:
            await getattr(stage.hub, call)("parent1@example.com", key=f"ask-{attempt}")
        except HubRefused as exc:
            refusal = exc
            break

    assert refusal is not None
    assert refusal.problem is Problem.TOO_MANY_REQUESTS
    assert refusal.retry_after.total_seconds() > 0
