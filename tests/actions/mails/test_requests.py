"""The three forms that ask for an email address, turn by turn."""

import pytest

from actions.core.services import Services
from clients.errors import Unreachable
from tests.actions.talk import Talk
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub
from tests.fakes.vault import FakeVault

pytestmark = pytest.mark.anyio

JOURNEYS = {
    "invitation": "ask_for_invitation",
    "password_reset": "ask_for_password_reset",
    "lost_phone": "ask_for_factor_help",
}
WANTS = {
    "invitation": "invitation_not_received",
    "password_reset": "password_reset",
    "lost_phone": "lost_phone",
}


@pytest.fixture(params=JOURNEYS)
def journey(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def talk(services: Services, keeper: FakeVault, journey: str) -> Talk:
    names = [f"{journey}_{what}" for what in ("email", "doubt")]
    slots = {"core_introduced": True, **dict.fromkeys(names)}
    return Talk(services, keeper, slots=slots, flow=f"{journey}_form")


async def test_the_advice_comes_before_the_question(talk: Talk, journey: str) -> None:
    assert await talk.says("help", WANTS[journey]) == [f"utter_{journey}_begun"]
    assert talk.slots["requested_slot"] == f"{journey}_email"


async def test_the_hub_is_asked_once_it_has_the_address(
    talk: Talk, hub: FakeHub, journey: str
) -> None:
    await talk.says("help", WANTS[journey])

    assert await talk.says("jo@gmail.com", "give_email") == [f"utter_{journey}_asked"]
    assert hub.asked == [(JOURNEYS[journey], "jo@gmail.com")]
    assert talk.form is None
    assert talk.slots["core_mail_form"] == f"{journey}_form"


async def test_a_doubt_is_kept_by_reference_only(talk: Talk, hub: FakeHub, journey: str) -> None:
    await talk.says("help", WANTS[journey])
    asked = await talk.says("jo@gmial.com", "give_email")

    assert asked == ["utter_core_email_doubted"]
    assert "gmial" not in str(talk.slots)
    assert hub.asked == []
    assert await talk.says("ok", "affirm") == [f"utter_{journey}_asked"]
    assert hub.asked == [(JOURNEYS[journey], "jo@gmail.com")]


async def test_no_keeps_what_was_typed(talk: Talk, hub: FakeHub, journey: str) -> None:
    await talk.says("help", WANTS[journey])
    await talk.says("jo@gmial.com", "give_email")
    await talk.says("no", "deny")

    assert hub.asked == [(JOURNEYS[journey], "jo@gmial.com")]


async def test_a_doubt_that_waited_too_long_asks_for_the_address_again(
    talk: Talk, hub: FakeHub, clock: FakeClock, journey: str
) -> None:
    await talk.says("help", WANTS[journey])
    await talk.says("jo@gmial.com", "give_email")
    clock.advance(minutes=16)

    assert await talk.says("ok", "affirm") == [f"utter_ask_{journey}_email_again"]
    assert hub.asked == []


async def test_an_address_in_the_first_message_is_taken_at_once(
    talk: Talk, hub: FakeHub, journey: str
) -> None:
    said = await talk.says("help, jo@gmail.com", WANTS[journey])

    assert said == [f"utter_{journey}_asked"]
    assert len(hub.asked) == 1


async def test_an_address_given_before_is_used(
    talk: Talk, hub: FakeHub, keeper: FakeVault, journey: str
) -> None:
    talk.slots["core_given_email"] = keeper.put("jo@gmail.com")

    assert await talk.says("help", WANTS[journey]) == [f"utter_{journey}_asked"]
    assert talk.slots["core_given_email"] is None


async def test_an_address_given_too_long_ago_is_asked_for(
    talk: Talk, keeper: FakeVault, clock: FakeClock, journey: str
) -> None:
    talk.slots["core_given_email"] = keeper.put("jo@gmail.com")
    clock.advance(minutes=16)

    assert await talk.says("help", WANTS[journey]) == [f"utter_{journey}_begun"]


@pytest.mark.parametrize("intent", ["deny", "thank", "goodbye"])
async def test_who_needs_nothing_more_is_let_go(talk: Talk, journey: str, intent: str) -> None:
    await talk.says("help", WANTS[journey])

    assert await talk.says("no thanks", intent) == [f"utter_{journey}_left"]
    assert talk.form is None


async def test_what_the_hub_takes_for_no_address_is_asked_for_again(
    talk: Talk, journey: str
) -> None:
    await talk.says("help", WANTS[journey])

    assert await talk.says("jo@nowhere", "give_email") == ["utter_core_email_malformed"]
    assert talk.slots["requested_slot"] == f"{journey}_email"


async def test_too_many_requests_name_a_time(talk: Talk, journey: str) -> None:
    said: list[str] = []
    for _ in range(6):
        said = await talk.says("help, jo@gmail.com", WANTS[journey])
        if said != [f"utter_{journey}_asked"] and "too_many" in said[-1]:
            break
        talk.slots["requested_slot"] = None

    assert said == [f"utter_{journey}_too_many"]
    assert talk.last_facts(said[0])["until"]


async def test_a_hub_that_is_away_changes_nothing(talk: Talk, hub: FakeHub, journey: str) -> None:
    await talk.says("help", WANTS[journey])
    hub.fails_with["*"] = Unreachable("hub", "made for this test")

    said = await talk.says("jo@gmail.com", "give_email")
    hub.fails_with.clear()

    assert said == ["utter_core_hub_away"]
    assert talk.slots["requested_slot"] == f"{journey}_email"
    assert await talk.says("jo@gmail.com", "give_email") == [f"utter_{journey}_asked"]


async def test_a_number_is_no_address(talk: Talk, journey: str) -> None:
    await talk.says("help", WANTS[journey])

    said = await talk.says("07700 900456", "give_phone_number")

    expected = "(left to the rules)" if journey == "invitation" else "utter_core_email_not_this"
    assert said == [expected]


async def test_a_second_request_is_answered_beside_the_first(talk: Talk, journey: str) -> None:
    said = await talk.says("help, and what is the local offer", WANTS[journey], "local_offer_info")

    assert said == ["utter_guidance_local_offer", f"utter_{journey}_begun"]


async def test_a_second_request_with_a_form_of_its_own_waits_its_turn(
    talk: Talk, journey: str
) -> None:
    talk.hears("help, and i want to register", WANTS[journey], "register_account")

    events, messages = await talk.run(f"validate_{journey}_form")

    # Who has no invitation yet cannot register before it comes.
    noted = [] if journey == "invitation" else ["utter_course_register_next"]
    assert [message["response"] for message in messages] == [*noted, f"utter_{journey}_begun"]
    assert not [event for event in events if event["event"] == "followup"]


async def test_a_person_as_the_second_request_is_not_forgotten(talk: Talk, journey: str) -> None:
    talk.hears("help, i want a person", WANTS[journey], "talk_to_human")
    talk.form = talk.flow
    _, messages = await talk.run(f"validate_{journey}_form")

    names = [message["response"] for message in messages]
    assert "utter_support_person_phone_email_hours" in names
    assert any(message["custom"].get("handoff") for message in messages)


async def test_who_left_is_not_told_later_that_the_hub_was_asked(talk: Talk, journey: str) -> None:
    await talk.says("help", WANTS[journey])
    await talk.says("no", "deny")

    again = await talk.says("help", WANTS[journey])

    assert again == [f"utter_{journey}_begun"]
