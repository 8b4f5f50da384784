"""The step of the mobile number."""

import pytest

from tests.actions.talk import Talk
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub

pytestmark = pytest.mark.anyio

ME = "sms-me"
ASK_NUMBER = "utter_ask_registration_number"
ASK_SENDER = "utter_ask_registration_number_sender"


async def test_another_number_than_the_one_texted_from(at_number: Talk, hub: FakeHub) -> None:
    declined = await at_number.says("no", "deny")
    given = await at_number.says("use 07700 900456", "give_phone_number")

    assert declined == [ASK_NUMBER]
    assert given == ["utter_registration_code_sent"]
    assert hub.number_of(ME) == "07700 900456"


async def test_the_number_texted_from_is_offered_by_three_digits(at_number: Talk) -> None:
    assert at_number.last_facts(ASK_SENDER)["ends_with"] == "123"


async def test_a_number_kept_too_long_is_asked_for_again(talk: Talk, clock: FakeClock) -> None:
    await talk.says("register", "register_account")
    await talk.says("07700 900456", "give_phone_number")
    clock.advance(minutes=16)

    assert await talk.says("AB2C-3D4E", "give_code") == [ASK_SENDER]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("01785 123456", "utter_registration_number_landline"),
        ("070 1234 5678", "utter_registration_number_personal"),
        ("0770 090 04", "utter_registration_number_too_short"),
        ("07700 900 4567", "utter_registration_number_too_long"),
        ("+353 85 123 4567", "utter_registration_number_foreign"),
        ("09011 234567", "utter_registration_number_premium"),
        ("07600 123456", "utter_registration_number_pager"),
    ],
)
async def test_a_refused_number_gets_the_reason(at_number: Talk, number: str, said: str) -> None:
    assert await at_number.says(number, "give_phone_number") == [said]
    assert at_number.slots["registration_number"] is None


async def test_two_numbers_in_one_text_are_asked_about(at_number: Talk, hub: FakeHub) -> None:
    said = await at_number.says("07700 900456 or 07700 900789 ", "give_phone_number")

    assert said == ["utter_registration_number_several"]
    assert hub.number_of(ME) is None


async def test_wanting_another_number_without_naming_it(at_code: Talk) -> None:
    assert await at_code.says("i want another number", "change_phone_number") == [ASK_SENDER]
