"""A code of the other way uses no try."""

import pytest

from actions.core.origins import is_said_to_be_of_app, is_said_to_be_of_text
from tests.actions.talk import Talk


@pytest.mark.parametrize(
    ("text", "of_app", "of_text"),
    [
        ("my authenticator app says __code__", True, False),
        ("__code__ from the app", True, False),
        ("google authenticator shows __code__", True, False),
        ("the text says __code__", False, True),
        ("__code__ is from the text", False, True),
        ("__code__ is your EHC Hub security code. It works for 10 minutes.", False, True),
        ("__code__", False, False),
        ("its __code__ thanks", False, False),
        ("__code__. can i use the app instead", False, False),
    ],
)
def test_words_around_a_code_say_where_it_comes_from(
    text: str, *, of_app: bool, of_text: bool
) -> None:
    assert is_said_to_be_of_app(text) is of_app
    assert is_said_to_be_of_text(text) is of_text


@pytest.mark.anyio
async def test_an_apps_code_where_the_texts_is_asked_uses_no_try(at_code: Talk) -> None:
    of_app = await at_code.says("my authenticator app says 135790", "give_code")
    wrong = await at_code.says("135790", "give_code")

    assert of_app == ["utter_registration_code_of_app"]
    assert wrong[0] == "utter_registration_code_incorrect"
    assert at_code.last_facts("utter_registration_code_incorrect")["tries_left"] == 4
