"""Setting an authenticator app up, turn by turn."""

import pytest

from actions.core.services import Services
from clients.errors import Unreachable
from clients.hub import RegistrationState
from tests.actions.talk import Talk
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub
from tests.fakes.vault import FakeVault

pytestmark = pytest.mark.anyio

ME = "sms-me"
NAMES = ("registration", "setup", "code")


def _talk(services: Services, keeper: FakeVault, channel: str) -> Talk:
    slots = {"core_introduced": True, **{f"authenticator_{name}": None for name in NAMES}}
    return Talk(services, keeper, channel=channel, slots=slots, flow="authenticator_form")


@pytest.fixture
async def by_text(services: Services, keeper: FakeVault, hub: FakeHub) -> Talk:
    await hub.begin_registration("AB2C-3D4E", conversation_id=ME, key="begin")
    return _talk(services, keeper, "sms")


@pytest.fixture
async def in_chat(services: Services, keeper: FakeVault, hub: FakeHub) -> Talk:
    await hub.begin_registration("AB2C-3D4E", conversation_id=ME, key="begin")
    talk = _talk(services, keeper, "webchat")
    assert await talk.says("app", "use_authenticator_app") == ["utter_authenticator_qr"]
    return talk


async def test_by_text_the_page_comes_before_the_key(by_text: Talk, hub: FakeHub) -> None:
    first = await by_text.says("app", "use_authenticator_app")

    assert first == ["utter_authenticator_page_first", "utter_ask_authenticator_setup"]
    assert "enrol_app" not in hub.calls
    assert await by_text.says("ok", "affirm") == ["utter_authenticator_key"]
    facts = by_text.last_facts("utter_authenticator_key")
    assert facts["setup_key"].startswith("__vault_")


async def test_by_text_no_means_no_key(by_text: Talk, hub: FakeHub) -> None:
    await by_text.says("app", "use_authenticator_app")

    assert await by_text.says("no", "deny") == ["utter_authenticator_key_declined"]
    assert by_text.form is None
    assert "enrol_app" not in hub.calls


async def test_in_the_chat_the_page_gets_placeholders(in_chat: Talk) -> None:
    shown = in_chat.last_facts("utter_authenticator_qr")["custom"]

    assert set(shown) == {"qr", "setup_key"}
    assert all(value.startswith("__vault_") for value in shown.values())
    assert "otpauth" not in str(in_chat.events) + str(in_chat.slots)


async def test_the_right_code_leads_to_the_link(in_chat: Talk, hub: FakeHub) -> None:
    said = await in_chat.says(hub.app_code_of(ME), "give_code")

    assert said == ["utter_registration_done"]
    assert hub.state_of(ME) is RegistrationState.VERIFIED


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("12345", "give_code", "utter_authenticator_code_too_few"),
        ("1234567", "give_code", "utter_authenticator_code_too_many"),
        ("123456 or 654321", "give_code", "utter_authenticator_code_several"),
        ("the code", "give_code", "utter_authenticator_code_not_digits"),
        ("it does not work", "code_problem", "utter_authenticator_code_help"),
        ("done", "affirm", "utter_authenticator_code_awaited"),
        ("resend", "resend_code", "utter_authenticator_qr_again"),
        ("i want to use the app", "use_authenticator_app", "utter_authenticator_qr_again"),
        ("what is the local offer", "local_offer_info", "(left to the rules)"),
        ("text me", "use_sms_code", "(left to the rules)"),
        ("07700 900456", "give_phone_number", "(left to the rules)"),
    ],
)
async def test_what_is_said_at_the_question_for_the_code(
    in_chat: Talk, text: str, intent: str, said: str
) -> None:
    assert await in_chat.says(text, intent) == [said]


async def test_wrong_codes_count_down_and_lock(in_chat: Talk, hub: FakeHub) -> None:
    right = hub.app_code_of(ME)
    wrong = ("1" if right[0] != "1" else "2") + right[1:]

    said = [await in_chat.says(wrong, "give_code") for _ in range(5)]

    assert said[0] == ["utter_authenticator_code_incorrect"]
    assert said[3][0] == "utter_authenticator_code_incorrect_one_left"
    assert said[4] == ["utter_authenticator_locked"]
    assert in_chat.last_facts("utter_authenticator_locked")["until"]


async def test_after_an_hour_a_new_key_is_shown(
    in_chat: Talk, clock: FakeClock, hub: FakeHub
) -> None:
    before = hub.app_of(ME).setup_key
    clock.advance(minutes=61)

    said = await in_chat.says("123456", "give_code")

    assert said[0] == "utter_authenticator_shown_anew"
    assert hub.app_of(ME).setup_key != before


async def test_the_right_code_a_second_time_is_not_wrong(in_chat: Talk, hub: FakeHub) -> None:
    code = hub.app_code_of(ME)
    await in_chat.says(code, "give_code")
    in_chat.slots |= {"authenticator_code": None, "requested_slot": "authenticator_code"}

    said = await in_chat.says(code, "give_code")

    assert not [name for name in said if "incorrect" in name]
    assert hub.state_of(ME) is RegistrationState.VERIFIED


async def test_without_a_registration_it_is_coached_and_remembered(
    services: Services, keeper: FakeVault
) -> None:
    talk = _talk(services, keeper, "webchat")

    assert await talk.says("app", "use_authenticator_app") == ["utter_authenticator_coached"]
    assert talk.form is None
    assert talk.slots["core_prefers_app"] is True
    assert talk.slots["core_offer"] == "has_invitation"


async def test_a_complete_registration_gets_no_app(by_text: Talk, hub: FakeHub) -> None:
    hub.finish(ME)

    said = await by_text.says("app", "use_authenticator_app")

    assert said == ["utter_authenticator_already_complete"]
    assert "enrol_app" not in hub.calls


async def test_a_registration_that_is_gone_is_said_to_be(in_chat: Talk, hub: FakeHub) -> None:
    in_chat.slots["authenticator_registration"] = "never-issued"

    assert await in_chat.says("123456", "give_code") == ["utter_authenticator_gone"]
    assert in_chat.form is None


async def test_a_hub_that_was_away_at_the_beginning_is_asked_again(
    services: Services, keeper: FakeVault, hub: FakeHub
) -> None:
    await hub.begin_registration("AB2C-3D4E", conversation_id=ME, key="begin")
    talk = _talk(services, keeper, "webchat")
    hub.fails_with["*"] = Unreachable("hub", "made for this test")
    away = await talk.says("app", "use_authenticator_app")
    hub.fails_with.clear()

    assert away == ["utter_core_hub_away"]
    assert await talk.says("app", "use_authenticator_app") == ["utter_authenticator_qr"]


async def test_a_hub_that_is_away_changes_nothing(in_chat: Talk, hub: FakeHub) -> None:
    hub.fails_with["*"] = Unreachable("hub", "made for this test")
    said = await in_chat.says("123456", "give_code")
    hub.fails_with.clear()

    assert said == ["utter_core_hub_away"]
    assert in_chat.slots["requested_slot"] == "authenticator_code"
    assert await in_chat.says(hub.app_code_of(ME), "give_code") == ["utter_registration_done"]


async def test_a_code_from_a_text_is_not_tried_as_the_apps(in_chat: Talk, hub: FakeHub) -> None:
    said = await in_chat.says("the text says 135790", "give_code")

    assert said == ["utter_authenticator_code_of_text"]
    assert "check_app_code" not in hub.calls
