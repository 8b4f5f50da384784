"""Paths 15 to 30: the code's way to the phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from messaging.segments import measure
from tests.e2e.paths.walker import Visitor, Walker, rows, time_passes
from tests.standins.simulated import SimulatorCarrier

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

Make = Callable[..., Walker]
COOLDOWN = timedelta(seconds=31)


def test_path_15_nothing_came_tells_what_the_network_said_and_the_next_step(parent: Walker):
    code = parent.goes_to_code()

    answer = parent.turn("no code has come")

    assert "StaffsEHC" in answer or "network" in answer
    assert "resend" in answer
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_16_a_code_that_comes_late_still_works(parent: Walker, carrier: SimulatorCarrier):
    other = "+447700900899"
    parent.goes_to_number()
    carrier.switch(other, airplane_mode=True)
    late = Walker(product=parent.product, carrier=carrier, number=other, email=parent.email)
    parent.turn("no use 0" + other[3:])
    late.is_sent_a_code()

    answer = parent.turn("nothing has come yet")
    carrier.switch(other, airplane_mode=False)

    assert "has not said that it arrived" in answer
    parent.asks_then_gives_code(late.code())


def test_path_16_a_code_text_is_not_delivered_once_the_code_is_dead(parent: Walker):
    parent.goes_to_code()

    with rows(parent.product, "messaging.db") as connection:
        lives = connection.execute(
            "SELECT (julianday(expires_at) - julianday(created_at)) * 86400 FROM outbox "
            "WHERE conversation_id = ? AND purpose = 'security_code'",
            (parent.conversation_id,),
        ).fetchall()
    assert [0 < life <= 600 for (life,) in lives] == [True]
    parent.asks_then_gives_code(parent.codes[-1])


def test_path_17_resend_pressed_at_once_is_told_the_seconds(parent: Walker):
    code = parent.goes_to_code()

    first, second = parent.turn("resend"), parent.turn("send it again")

    assert "seconds" in first
    assert "seconds" in second or "person" in second
    assert len(parent.codes) == 1
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_18_a_resend_brings_the_same_code_so_the_old_one_works(parent: Walker):
    code = parent.goes_to_code()
    time_passes(parent.product, COOLDOWN)

    parent.turn("resend")
    parent.answer_to(0)

    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)
    assert set(parent.codes) == {code}


def test_path_19_the_same_code_again_is_said_to_be_the_same(parent: Walker):
    code = parent.goes_to_code()
    time_passes(parent.product, COOLDOWN)

    assert "same code" in parent.turn("can you send it again")

    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_20_the_sixth_request_is_told_when_the_next_can_be(parent: Walker, walker: Make):
    parent.goes_to_code()
    code = ""
    for _ in range(4):
        other = walker()
        parent.turn("use 0" + other.number[3:])
        code = other.code()

    refused = parent.turn("use 0" + walker().number[3:])

    assert "no more codes for now" in refused
    assert "person" in refused
    assert parent.at_hub == "code_needed"
    time_passes(parent.product, timedelta(minutes=16))
    parent.turn("use 0" + parent.number[3:])
    parent.gives_code(parent.code() if parent.codes[-1:] != [code] else code)


def test_path_21_who_stopped_texts_is_told_how_to_switch_them_on(
    parent: Walker, walker: Make, visitor: Visitor
):
    invitation = parent.is_invited()
    parent.stops()
    visitor.turn("I want to register")
    visitor.turn(invitation)

    visitor.turn("0" + parent.number[3:])
    answer = visitor.turn("no code came")

    assert "START" in answer
    assert visitor.at_hub == "code_needed"
    other = walker()
    visitor.turn("use 0" + other.number[3:])
    assert "verified" in visitor.turn(other.code())
    assert visitor.at_hub == "verified"


def test_paths_22_to_25_what_the_network_says_is_said_with_the_next_step(parent: Walker):
    parent.goes_to_number()

    for number, words in (
        ("07700 900901", "off"),  # 22: the phone is off
        ("07700 900902", "block"),  # 23: the sender is blocked
        ("07700 900905", "filtered"),  # 24: the network filters
        ("07700 900904", "cannot get texts"),  # 25: a landline reads it out
    ):
        parent.turn("no use " + number)
        answer = parent.turn("no code has come")
        assert words in answer, number
        assert f"ending {number[-3:]}" in answer or "resend" in answer, number
        assert parent.at_hub == "code_needed"
    parent.gives_number("ok use 0" + parent.number[3:])


def test_path_26_a_code_that_came_to_another_device_can_be_given_here(
    parent: Walker, visitor: Visitor
):
    invitation = parent.is_invited()
    visitor.turn("hi I have an invitation")
    visitor.turn(f"its {invitation}")

    asked = visitor.turn("0" + parent.number[3:])

    assert f"ending {parent.last_three}" in asked
    assert visitor.at_hub == "code_needed"
    assert "automated" in visitor.turn("who are you")
    assert "verified" in visitor.turn(parent.code())
    assert visitor.at_hub == "verified"


def test_path_27_the_web_chat_is_told_of_an_undelivered_text_without_asking(
    parent: Walker, visitor: Visitor
):
    visitor.goes_to_number(parent.is_invited())

    for number, words in (
        ("07700 900901", "phone is off"),
        ("07700 900904", "cannot get texts"),
        ("07700 900908", "text START"),
    ):
        told = visitor.is_told(visitor.turn(f"use {number}"), words)
        assert f"ending {number[-3:]}" in told
        assert visitor.at_hub == "code_needed"
    asked = visitor.turn("use 0" + parent.number[3:])
    assert f"ending {parent.last_three}" in asked
    assert "verified" in visitor.turn(parent.code())
    assert visitor.at_hub == "verified"


def test_path_28_a_send_without_an_answer_is_not_sent_twice(
    parent: Walker, carrier: SimulatorCarrier
):
    parent.goes_to_number()
    carrier.order("send", "hang", number=parent.number)

    parent.turn("ok")
    code = parent.code()

    texts = [text for text in parent.heard if "security code. It" in text]
    assert len(texts) == 1, "the code was texted twice"
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)
    assert len(parent.heard) == len(set(parent.heard)), "a text was sent twice"


def test_path_29_the_same_code_text_twice_is_one_code(parent: Walker):
    code = parent.goes_to_code()
    time_passes(parent.product, COOLDOWN)
    parent.turn("resend")

    parent.gives_code(code)

    again = parent.turn(code)
    assert "not right" not in again
    assert parent.at_hub == "verified"
    parent.goes_on_verified()


def test_path_30_no_text_of_ours_can_lose_a_second_half_that_matters(parent: Walker):
    code = parent.goes_to_code()
    link = parent.gives_code(code)

    with_link = next(text for text in parent.heard if link in text)
    assert all(measure(text).segments <= 3 for text in parent.heard)
    code_text = next(text for text in parent.heard if "security code. It" in text)
    assert measure(code_text).segments == 1
    assert measure(with_link).segments <= 2
    parent.goes_on_verified()
