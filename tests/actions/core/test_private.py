"""What nobody needs to send is said to be of no need."""

from dataclasses import replace

import pytest

from actions.core.contacts import Contacts
from actions.core.lines import Line, say
from actions.core.private import names_other_office, tells_of_a_child
from actions.core.speech import finish
from tests.actions.core.test_speech import TURN
from tests.actions.talk import Talk


@pytest.mark.parametrize(
    ("text", "awaiting", "is_told"),
    [
        ("his nhs number is __number__", None, True),
        ("his nhs number is __number__", "registration_code", True),
        ("my NI number is __number__", "registration_number", True),
        ("__number__", None, True),
        ("__number__", "password_reset_email", True),
        ("__number__", "registration_code", False),
        ("__number__", "registration_number", False),
        ("his nhs number", "registration_code", False),
    ],
)
def test_a_long_number_that_nobody_asked_for(
    text: str, awaiting: str | None, *, is_told: bool
) -> None:
    turn = replace(TURN, text=text, awaiting=awaiting)

    lines = finish(turn, say(Line(response="utter_x")), Contacts()).lines

    assert ("utter_core_number_not_kept" in [line.response for line in lines]) is is_told


@pytest.mark.parametrize(
    "text",
    [
        "my son is called Jamie",
        "his name is Jamie Smith",
        "my daughter has autism",
        "my little boy was diagnosed with adhd",
        "dob 3/4/2015",
        "he was born on 3rd april",
        "she's got dyslexia",
    ],
)
def test_details_of_a_child_are_seen(text: str) -> None:
    assert tells_of_a_child(text)


@pytest.mark.parametrize(
    "text",
    [
        "my son needs help",
        "can my daughter use it",
        "what is autism support",
        "my name is Jo",
        "what date of birth do you need",
        "i have an invitation",
    ],
)
def test_other_words_tell_of_no_child(text: str) -> None:
    assert not tells_of_a_child(text)


def test_the_parent_is_told_once_that_there_is_no_need() -> None:
    turn = replace(TURN, text="my son is called Jamie")
    later = replace(turn, answers=("utter_core_no_child_details",))

    first, again = (
        [line.response for line in finish(one, say(Line(response="utter_x")), Contacts()).lines]
        for one in (turn, later)
    )

    assert first == ["utter_core_no_child_details", "utter_x"]
    assert again == ["utter_x"]


def test_nino_is_named() -> None:
    assert names_other_office("my nino is __number__")
    assert not names_other_office("the code is __number__")


@pytest.mark.anyio
async def test_at_the_code_an_nhs_number_is_no_code(at_code: Talk) -> None:
    at_code.hears("x", "greet")
    at_code.events[-1]["text"] = "his nhs number is __number__"

    said = await at_code.goes_on()

    assert said == ["utter_core_number_not_kept", "utter_ask_registration_code"]
