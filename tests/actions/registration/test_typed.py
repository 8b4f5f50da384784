"""What people type in the place of a code or a number."""

import pytest

from actions.registration import codes, elsewhere
from tests.actions.talk import Talk
from tests.fakes.hub import FakeHub

pytestmark = pytest.mark.anyio

ME = "sms-me"
DOUBTFUL = "utter_registration_number_doubtful"


@pytest.mark.parametrize(
    "text",
    [
        "G-__code__ is your Google verification code",
        "G-__code__",
        "FB-__code__ is your Facebook confirmation code",
        "Your HSBC code is __code__. Never share it",
        "WhatsApp code: __code__",
        "__code__ is your Amazon OTP. Do not share it with anyone",
        "its the code from my bank __code__",
        "__code__ is your GOV.UK One Login security code",
    ],
)
def test_another_services_code_is_known_by_the_words_around_it(text: str) -> None:
    assert elsewhere.names_other_service(text)


@pytest.mark.parametrize(
    "text",
    [
        "__code__",
        "my code is __code__",
        "__code__ is your EHC Hub security code. It lasts 10 minutes. Do not share it.",
        "Google messages says __code__ is your EHC Hub security code",
        "@hub.example.gov.uk #__code__",
        "i am at the bank, it is __code__",
        "apple phone here, __code__",
    ],
)
def test_our_own_code_is_not_taken_for_another_services(text: str) -> None:
    assert not elsewhere.names_other_service(text)


async def test_another_services_code_costs_no_try(at_code: Talk, hub: FakeHub) -> None:
    said = await at_code.says("G-482913 is your Google verification code", "give_code")
    then = await at_code.says(hub.code_of(ME), "give_code")

    assert said == ["utter_registration_code_other_service"]
    assert "utter_registration_done" in then


@pytest.mark.parametrize(
    ("text", "is_half"),
    [("482", True), ("91 3", False), ("913.", True), ("999", False), ("", False)],
)
def test_half_a_code_is_told_from_an_emergency_number(text: str, *, is_half: bool) -> None:
    assert codes.is_fragment(text) is is_half


async def test_half_a_code_is_asked_for_whole(at_code: Talk) -> None:
    assert await at_code.says("482", "nlu_fallback") == ["utter_registration_code_too_few"]


async def test_letters_in_a_number_are_asked_about_before_a_text_is_sent(
    at_number: Talk, hub: FakeHub
) -> None:

    said = await at_number.says("o7700 9oo456", "give_phone_number")

    assert said == [DOUBTFUL]
    assert at_number.last_facts(DOUBTFUL)["ends_with"] == "456"
    assert hub.number_of(ME) is None


async def test_yes_to_the_doubtful_number_takes_it_and_not_the_number_texted_from(
    at_number: Talk, hub: FakeHub
) -> None:
    await at_number.says("o7700 9oo456", "give_phone_number")

    said = await at_number.says("ok", "affirm")

    assert said == ["utter_registration_code_sent"]
    assert hub.number_of(ME) == "07700 900456"


async def test_no_to_the_doubtful_number_asks_again(at_number: Talk, hub: FakeHub) -> None:
    await at_number.says("o7700 9oo456", "give_phone_number")

    await at_number.says("no", "deny")

    assert hub.number_of(ME) is None
    assert at_number.slots["registration_given_number"] is None
    said = await at_number.says("07700 900789", "give_phone_number")
    assert said == ["utter_registration_code_sent"]
