"""Unsure: which of two it was, then the ways on with a person among them."""

from typing import Any

import pytest

from actions.core.turn import POSSIBLE
from actions.support.doubt import MEANINGS
from tests.actions.talk import Talk

pytestmark = pytest.mark.anyio


async def unsure(talk: Talk, *meanings: tuple[str, float]) -> tuple[list[str], list[Any]]:
    talk.hears("hmm that thing", "nlu_fallback")
    ranking = [("nlu_fallback", 0.7), *meanings]
    talk.events[-1]["parse_data"]["intent_ranking"] = [
        {"name": name, "confidence": confidence} for name, confidence in ranking
    ]
    _, messages = await talk.run("action_fallback")
    return [message["response"] for message in messages], messages


@pytest.fixture
def known(talk: Talk) -> Talk:
    talk.slots["core_introduced"] = True
    return talk


async def test_the_two_likeliest_meanings_are_asked_for(known: Talk) -> None:
    names, messages = await unsure(known, ("password_reset", 0.3), ("sign_in_help", 0.28))

    assert names == [
        "utter_support_which",
        "utter_support_meaning_password_reset",
        "utter_support_meaning_sign_in_help",
    ]
    assert [message.get("nth") for message in messages] == [None, 1, 2]


async def test_what_has_no_plain_words_is_not_asked_for(known: Talk) -> None:
    names, _ = await unsure(
        known, ("greet", 0.3), ("lost_phone", 0.25), ("out_of_scope", 0.2), ("resend_code", 0.15)
    )

    assert names[1:] == ["utter_support_meaning_lost_phone", "utter_support_meaning_resend_code"]


async def test_one_meaning_alone_makes_no_question(known: Talk) -> None:
    names, _ = await unsure(known, ("lost_phone", 0.3), ("resend_code", POSSIBLE - 0.001))

    assert names == ["utter_core_not_understood"]


async def test_the_second_time_a_person_is_among_the_ways_on(known: Talk) -> None:
    meanings = (("password_reset", 0.3), ("sign_in_help", 0.28))
    await unsure(known, *meanings)

    names, _ = await unsure(known, *meanings)

    assert names == ["utter_core_options"]


async def test_in_a_form_numbers_are_the_forms(known: Talk) -> None:
    known.form = "registration_form"

    names, _ = await unsure(known, ("password_reset", 0.3), ("sign_in_help", 0.28))

    assert names == ["utter_core_not_understood_in_form"]


def test_distress_is_never_one_of_two() -> None:
    assert "distress_or_safeguarding" not in MEANINGS
