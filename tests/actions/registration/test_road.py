"""The road of registration, and how it is begun and begun again."""

import pytest

from actions.core.services import Services
from clients.errors import Unreachable
from clients.hub import RegistrationState
from tests.actions.talk import Talk
from tests.fakes.hub import FakeHub
from tests.fakes.vault import FakeVault
from wire.placeholders import OUTWARD

pytestmark = pytest.mark.anyio

ME = "sms-me"
ASK_INVITATION = "utter_ask_registration_invitation"
ASK_NUMBER = "utter_ask_registration_number"
ASK_SENDER = "utter_ask_registration_number_sender"


async def test_a_parent_registers_with_the_number_they_text_from(
    talk: Talk, hub: FakeHub, keeper: FakeVault
) -> None:
    begun = await talk.says("I want to register", "register_account")
    invited = await talk.says("its AB2C-3D4E", "give_code")
    accepted = await talk.says("ok", "affirm")
    done = await talk.says(f"it says {hub.code_of(ME)}", "give_code")

    assert begun == [ASK_INVITATION]
    assert invited == [ASK_SENDER]
    assert accepted == ["utter_registration_code_sent"]
    assert done == ["utter_registration_done"]
    assert hub.number_of(ME) == "07700 900123"
    assert hub.state_of(ME) is RegistrationState.VERIFIED
    link = OUTWARD.fullmatch(talk.last_facts("utter_registration_done")["link"])
    assert link is not None
    assert keeper.get(link["reference"]).startswith("https://hub.example/continue/")


async def test_slots_hold_what_the_hub_said_and_never_a_value(talk: Talk, hub: FakeHub) -> None:
    await talk.says("AB2C-3D4E", "give_code")
    await talk.says("07700 900456", "give_phone_number")
    code = hub.code_of(ME)
    await talk.says(code, "give_code")

    assert talk.slots["registration_number"] == "456"
    assert talk.slots["registration_code"] == "verified"
    everything = repr(talk.slots) + repr(talk.events)
    assert "AB2C" not in everything
    assert "900456" not in everything
    assert code not in everything
    assert "https://" not in everything


async def test_web_chat_asks_for_a_number_without_offering_one(
    services: Services, keeper: FakeVault
) -> None:
    talk = Talk(services, keeper, conversation="web-me", channel="webchat")
    talk.slots["core_introduced"] = True

    assert await talk.says("AB2C-3D4E", "give_code") == [ASK_NUMBER]


async def test_a_second_invitation_after_the_first_is_complete(at_code: Talk, hub: FakeHub) -> None:
    await at_code.says(hub.code_of(ME), "give_code")
    hub.finish(ME)
    hub.invite("SECN-D222")

    assert await at_code.says("SECN-D222", "give_code") == [ASK_SENDER]


@pytest.mark.parametrize(
    "intent",
    ["talk_to_human", "stop_or_cancel", "start_over", "opt_out", "distress_or_safeguarding"],
)
async def test_what_works_from_every_state_is_never_taken_by_a_step(
    at_code: Talk, hub: FakeHub, intent: str
) -> None:
    assert await at_code.says(hub.code_of(ME), intent) == ["(left to the rules)"]
    assert hub.state_of(ME) is RegistrationState.CODE_NEEDED


async def test_a_greeting_asks_who_is_new_for_the_invitation(talk: Talk) -> None:
    talk.hears("hello", "greet")

    _, messages = await talk.run("action_registration_greet")

    assert [m["response"] for m in messages] == ["utter_registration_greeting"]
    assert talk.slots["core_offer"] == "has_invitation"


async def test_a_greeting_reminds_who_had_begun_of_where_they_were(
    at_code: Talk, services: Services, keeper: FakeVault
) -> None:
    later = Talk(services, keeper)
    later.slots["core_introduced"] = True
    later.hears("hello", "greet")

    _, messages = await later.run("action_registration_greet")

    assert [m["response"] for m in messages] == [
        "utter_registration_welcome_back",
        "utter_registration_status_code_needed",
    ]
    assert later.slots["core_offer"] == "carry_on"


async def test_a_greeting_is_answered_while_the_hub_is_away(talk: Talk, hub: FakeHub) -> None:
    hub.fails_with["*"] = Unreachable("hub")
    talk.hears("hello", "greet")

    _, messages = await talk.run("action_registration_greet")

    assert [m["response"] for m in messages] == ["utter_registration_greeting"]
