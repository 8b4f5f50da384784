"""A typed number chooses between the meanings that were just offered, and between nothing else."""

import pytest
from rasa.shared.core.events import BotUttered, Event, UserUttered

from bot.channels.buttons import MEANING, payload_of_number


def offers(payload: str, response: str = f"utter_{MEANING}x") -> BotUttered:
    buttons = [{"title": "A title", "payload": payload}]
    return BotUttered("Reply", data={"buttons": buttons}, metadata={"utter_action": response})


ASKED: list[Event] = [
    UserUttered("that thing"),
    offers("/password_reset"),
    offers("/sign_in_help"),
]


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("1", "/password_reset"),
        ("2", "/sign_in_help"),
        (" 2. ", "/sign_in_help"),
        ("Two please", "/sign_in_help"),
        ("the first one", "/password_reset"),
        ("option 2", "/sign_in_help"),
        ("3", None),
        ("12", None),
        ("1 and 2", None),
        ("/sign_in_help", None),
        ("", None),
    ],
)
def test_the_number_of_a_meaning_is_that_meaning(text: str, payload: str | None) -> None:
    assert payload_of_number(text, ASKED) == payload


def test_an_earlier_question_is_over() -> None:
    assert payload_of_number("1", [*ASKED, UserUttered("hello"), BotUttered("Hello")]) is None


def test_a_number_presses_no_other_button() -> None:
    assert payload_of_number("1", [UserUttered("x"), offers("/affirm", "utter_greeting")]) is None
