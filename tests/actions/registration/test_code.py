"""The step of the security code."""

import pytest

from clients.hub import Problem
from tests.actions.talk import Talk
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub
from tests.fakes.hub_refusals import refused

pytestmark = pytest.mark.anyio

ME = "sms-me"
ASK_SENDER = "utter_ask_registration_number_sender"


async def test_a_code_before_any_was_sent_is_not_taken(at_number: Talk) -> None:
    said = await at_number.says("123456", "give_code")

    assert said == ["utter_registration_number_before_code", f"{ASK_SENDER}_again"]


async def test_a_wrong_code_tells_the_tries_left(at_code: Talk, hub: FakeHub) -> None:
    said = [await at_code.says(hub.wrong_code_of(ME), "give_code") for _ in range(5)]

    assert said == [
        ["utter_registration_code_incorrect"],
        ["utter_registration_code_incorrect", "utter_core_offer_person"],
        ["utter_registration_code_incorrect", "utter_core_offer_person_again"],
        ["utter_registration_code_incorrect_one_left", "utter_core_offer_person"],
        ["utter_registration_code_locked"],
    ]
    assert at_code.last_facts("utter_registration_code_locked")["until"] == "2:15pm"
    assert at_code.slots["registration_code"] is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12345", "utter_registration_code_too_few"),
        ("1234567", "utter_registration_code_too_many"),
        ("four eight two", "utter_registration_code_not_digits"),
        ("123456 or 654321", "utter_registration_code_several"),
    ],
)
async def test_a_malformed_code_says_what_is_wrong_and_costs_no_try(
    at_code: Talk, hub: FakeHub, typed: str, said: str
) -> None:
    assert await at_code.says(typed, "give_code") == [said]
    await at_code.says(hub.wrong_code_of(ME), "give_code")
    assert at_code.last_facts("utter_registration_code_incorrect")["tries_left"] == 4


async def test_an_expired_code_is_replaced(at_code: Talk, hub: FakeHub, clock: FakeClock) -> None:
    old = hub.code_of(ME)
    clock.advance(seconds=600)

    said = await at_code.says(old, "give_code")
    done = await at_code.says(hub.code_of(ME), "give_code")

    assert said == ["utter_registration_code_expired_new_sent"]
    assert done == ["utter_registration_done"]


async def test_the_right_code_twice_is_not_wrong(at_code: Talk, hub: FakeHub) -> None:
    code = hub.code_of(ME)

    first = await at_code.says(code, "give_code")
    second = await at_code.says(code, "give_code")

    assert first == second == ["utter_registration_done"]


async def test_a_code_for_what_was_verified_on_the_hubs_page_goes_on(
    at_code: Talk, hub: FakeHub
) -> None:
    registration = await hub.registration_of(ME)
    assert registration is not None
    await hub.check_code(registration.registration_id, hub.code_of(ME), key="on the page")

    assert await at_code.says(hub.code_of(ME), "give_code") == ["utter_registration_done"]


async def test_a_lock_that_no_waiting_opens_leads_to_a_person(at_code: Talk, hub: FakeHub) -> None:
    hub.fails_with["check_code"] = refused(Problem.LOCKED, retry_after_s=0, needs_help=True)

    said = await at_code.says("123456", "give_code")

    assert said == ["utter_registration_code_locked_for_good"]


async def test_the_same_turn_checks_a_code_once(at_code: Talk, hub: FakeHub) -> None:
    at_code.hears(hub.wrong_code_of(ME), "give_code")
    await at_code.goes_on()
    first = at_code.last_facts("utter_registration_code_incorrect")["tries_left"]
    await at_code.goes_on()
    await at_code.says(hub.wrong_code_of(ME), "give_code")

    assert first == 4
    assert at_code.last_facts("utter_registration_code_incorrect")["tries_left"] == 3


async def test_another_number_while_the_code_is_awaited(
    at_code: Talk, hub: FakeHub, clock: FakeClock
) -> None:
    clock.advance(seconds=31)

    said = await at_code.says("wrong number its 07700 900789", "change_phone_number")

    assert said == ["utter_registration_code_sent"]
    assert hub.number_of(ME) == "07700 900789"
    assert at_code.slots["registration_number"] == "789"


async def test_a_number_that_is_refused_leaves_the_awaited_code_good(
    at_code: Talk, hub: FakeHub
) -> None:
    await at_code.says("01785 123456", "give_phone_number")

    assert at_code.slots["registration_number"] == "456"
    assert await at_code.says(hub.code_of(ME), "give_code") == ["utter_registration_done"]
