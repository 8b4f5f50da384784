"""What fails changes nothing and is told; what expired is taken up where the hub says."""

import pytest

from actions.core.services import Services
from clients.errors import Nonsense, Refused, Unreachable
from tests.actions.talk import Talk
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub
from tests.fakes.vault import FakeVault

pytestmark = pytest.mark.anyio

ME = "sms-me"
ASK_INVITATION = "utter_ask_registration_invitation"
ASK_CODE = "utter_ask_registration_code"


async def test_an_expired_reference_says_so_and_asks_again(
    at_code: Talk, hub: FakeHub, clock: FakeClock
) -> None:
    at_code.hears(hub.code_of(ME), "give_code")
    clock.advance(minutes=16)

    assert await at_code.goes_on() == ["utter_core_value_expired"]
    assert at_code.slots["registration_code"] is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unreachable("hub"), "utter_core_hub_away"),
        (Nonsense("hub"), "utter_core_hub_away"),
        (Refused("hub", status=401), "utter_core_sorry"),
        (RuntimeError("a fault of ours"), "utter_core_sorry"),
    ],
)
@pytest.mark.parametrize("step", ["invitation", "number", "code"])
async def test_a_hub_that_fails_changes_nothing(
    talk: Talk, hub: FakeHub, step: str, error: Exception, said: str
) -> None:
    await talk.says("register", "register_account")
    if step != "invitation":
        await talk.says("AB2C-3D4E", "give_code")
    if step == "code":
        await talk.says("ok", "affirm")
    texts = {"invitation": "AB2C-3D4E", "number": "07700 900456", "code": "123456"}
    before = {name: talk.slots.get(name) for name in ("registration_invitation",)}
    requested = talk.slots["requested_slot"]
    hub.fails_with["*"] = error  # type: ignore[assignment]

    answer = await talk.says(texts[step], "give_code")

    assert answer == [said]
    assert talk.slots["requested_slot"] == requested
    assert talk.slots[requested] is None
    assert before == {name: talk.slots.get(name) for name in before}
    hub.fails_with.clear()
    assert "utter_core_hub_away" not in await talk.says(texts[step], "give_code")


async def test_a_vault_that_is_away_is_told(at_code: Talk, hub: FakeHub, keeper: FakeVault) -> None:
    at_code.hears(hub.code_of(ME), "give_code")
    keeper.fails_with = Unreachable("vault")

    assert await at_code.goes_on() == ["utter_core_sorry"]


async def test_a_session_that_expired_goes_on_where_the_hub_says(
    at_code: Talk, hub: FakeHub, services: Services, keeper: FakeVault
) -> None:
    later = Talk(services, keeper)
    later.slots["core_introduced"] = True

    back = await later.says("hello again, register", "register_account")
    done = await later.says(hub.code_of(ME), "give_code")

    assert back == ["utter_registration_resumed", ASK_CODE]
    assert done == ["utter_registration_done"]


async def test_a_code_after_the_session_expired_is_taken_at_once(
    at_code: Talk, hub: FakeHub, services: Services, keeper: FakeVault
) -> None:
    later = Talk(services, keeper)
    later.slots["core_introduced"] = True

    assert await later.says(hub.code_of(ME), "give_code") == [
        "utter_registration_resumed",
        "utter_registration_done",
    ]


async def test_a_hub_that_was_away_at_the_beginning_is_asked_again(
    at_code: Talk, hub: FakeHub, services: Services, keeper: FakeVault
) -> None:
    later = Talk(services, keeper)
    later.slots["core_introduced"] = True
    hub.fails_with["*"] = Unreachable("hub")

    away = await later.says("register", "register_account")
    hub.fails_with.clear()
    back = await later.says("is it there now", "nlu_fallback")

    assert away == ["utter_core_hub_away"]
    assert back == ["utter_registration_resumed", ASK_CODE]


async def test_the_end_asks_the_hub_and_not_the_slot(at_number: Talk) -> None:
    at_number.slots |= {"registration_number": "123", "registration_code": "verified"}
    at_number.hears("done", "affirm")

    events, messages = await at_number.run("action_registration_submit")

    assert [m["response"] for m in messages] == ["utter_registration_not_verified"]
    assert {"event": "followup", "timestamp": None, "name": "registration_form"} in events
    assert at_number.slots["registration_code"] is None


async def test_a_link_that_cannot_be_made_is_not_promised(at_code: Talk, hub: FakeHub) -> None:
    code = hub.code_of(ME)
    hub.fails_with["continue_link"] = Unreachable("hub")

    said = await at_code.says(code, "give_code")
    hub.fails_with.clear()
    again = await at_code.says("ok", "affirm")

    assert said == ["utter_registration_link_not_made"]
    assert again == ["utter_registration_done"]


async def test_a_registration_that_is_gone_begins_again(at_code: Talk, hub: FakeHub) -> None:
    hub.forget_registrations()

    said = await at_code.says("123456", "give_code")

    assert said == ["utter_registration_gone", ASK_INVITATION]
