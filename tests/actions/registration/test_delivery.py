"""Sending again, and what became of the text."""

import pytest

from clients.hub import DeliveryReason, DeliveryState
from tests.actions.talk import Talk
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub

pytestmark = pytest.mark.anyio


async def test_a_resend_counts_the_wait_down_and_names_the_same_code(
    at_code: Talk, clock: FakeClock
) -> None:
    soon = await at_code.says("resend", "resend_code")
    clock.advance(seconds=30)
    later = await at_code.says("resend", "resend_code")

    assert soon == ["utter_registration_code_wait_sent"]
    assert at_code.last_facts("utter_registration_code_wait_sent")["seconds"] == 30
    assert later == ["utter_registration_code_resent_same", "utter_registration_code_other_ways"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (DeliveryState.CREATED, "utter_registration_code_wait_on_its_way"),
        (DeliveryState.DELIVERED, "utter_registration_code_wait_delivered"),
    ],
)
async def test_no_code_came_says_what_the_network_said(
    at_code: Talk, hub: FakeHub, state: DeliveryState, said: str
) -> None:
    hub.delivery = (state, None)

    assert await at_code.says("no code came", "resend_code") == [said]


async def test_a_code_that_does_not_work_has_perhaps_not_come(
    at_code: Talk, hub: FakeHub, clock: FakeClock
) -> None:
    hub.delivery = (DeliveryState.DELIVERED, None)
    came = await at_code.says("the code doesnt work", "code_problem")
    hub.delivery = (DeliveryState.UNDELIVERED, DeliveryReason.HANDSET_OFF)
    clock.advance(seconds=31)
    did_not = await at_code.says("the code doesnt work", "code_problem")

    assert came == ["utter_registration_code_help"]
    assert did_not[0] == "utter_registration_delivery_handset_off"


async def test_a_phone_that_is_off_is_told_and_texted_again(
    at_code: Talk, hub: FakeHub, clock: FakeClock
) -> None:
    hub.delivery = (DeliveryState.UNDELIVERED, DeliveryReason.HANDSET_OFF)
    clock.advance(seconds=31)

    assert await at_code.says("nothing came", "resend_code") == [
        "utter_registration_delivery_handset_off",
        "utter_registration_code_resent_same",
    ]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (DeliveryReason.FILTERED, "utter_registration_delivery_filtered"),
        (DeliveryReason.LANDLINE, "utter_registration_delivery_landline"),
        (DeliveryReason.UNKNOWN_NUMBER, "utter_registration_delivery_unknown_number"),
    ],
)
async def test_what_would_fail_again_is_not_sent_again(
    at_code: Talk, hub: FakeHub, clock: FakeClock, reason: DeliveryReason, said: str
) -> None:
    hub.delivery = (DeliveryState.UNDELIVERED, reason)
    clock.advance(seconds=31)
    sends = hub.calls.count("send_code")

    assert await at_code.says("nothing came", "resend_code") == [said]
    assert hub.calls.count("send_code") == sends


@pytest.mark.parametrize(
    ("from_number", "sends", "said"),
    [
        ("07700 900456", 1, "utter_registration_code_resent_same"),
        ("07700 900123", 0, "utter_registration_delivery_opted_out"),
        (None, 0, "utter_registration_delivery_opted_out"),
    ],
)
async def test_who_texts_from_a_number_that_had_stopped_texts_gets_them_again(
    at_code: Talk,
    hub: FakeHub,
    clock: FakeClock,
    from_number: str | None,
    sends: int,
    said: str,
) -> None:
    hub.delivery = (DeliveryState.FAILED, DeliveryReason.OPTED_OUT)
    at_code.sender_number = from_number
    clock.advance(seconds=31)
    before = hub.calls.count("send_code")

    assert await at_code.says("resend", "resend_code") == [said]
    assert hub.calls.count("send_code") - before == sends


async def test_too_many_resends_say_until_when(at_code: Talk, clock: FakeClock) -> None:
    said: list[str] = []
    for _ in range(5):
        clock.advance(seconds=91)
        said = await at_code.says("resend", "resend_code")

    assert said[0] == "utter_registration_code_too_many_sends"
    assert at_code.last_facts(said[0])["until"] == "2:15pm"


async def test_a_text_that_was_not_accepted_is_not_called_sent(
    at_number: Talk, hub: FakeHub
) -> None:
    hub.texts_accepted = False

    assert await at_number.says("ok", "affirm") == ["utter_registration_code_not_sent"]
    hub.texts_accepted = True
    assert await at_number.says("resend", "resend_code") == [
        "utter_registration_code_resent_new",
        "utter_registration_code_other_ways",
    ]
