"""Facts of the council's page, asked for in words."""

import pytest

from actions.core.page import fact_in
from tests.actions.talk import Talk

ASKED = [
    ("where is the video", "utter_guidance_video"),
    ("is there a video i can watch", "utter_guidance_video"),
    ("can i get the guidance as a pdf", "utter_guidance_pdf"),
    ("is there a guide with screenshots", "utter_guidance_pdf"),
    ("is there a guidance sheet for asking for an assessment", "utter_guidance_sheet"),
    ("what is the hub", "utter_guidance_hub"),
    ("whats the ehc hub for?", "utter_guidance_hub"),
    ("what does EHC stand for", "utter_guidance_hub"),
    ("can i register without an invitation", "utter_guidance_invited_first"),
    ("do i need to be invited", "utter_guidance_invited_first"),
    ("how do i get invited", "utter_guidance_invited_first"),
    ("what happens after i click verify code", "utter_guidance_after_code"),
    ("what happens once I\u2019ve entered the code", "utter_guidance_after_code"),
    ("when does the hub open", "utter_guidance_after_code"),
]
NOT_ASKED = [
    "i want to register",
    "what do i do when the code doesnt come",
    "what now, after i typed the code it says wrong",
    "i was invited to the hub",
    "what does the hub need my number for",
    "where do i click on the hub page to get the code by text",
    "is that it?",
]


@pytest.mark.parametrize(("text", "response"), ASKED)
def test_the_fact_is_found(text: str, response: str) -> None:
    line = fact_in(text)

    assert line is not None
    assert line.response == response


@pytest.mark.parametrize("text", NOT_ASKED)
def test_other_words_ask_for_no_fact(text: str) -> None:
    assert fact_in(text) is None


@pytest.mark.anyio
async def test_a_question_taken_for_the_wish_to_register_begins_nothing(talk: Talk) -> None:
    said = await talk.says("where is the video", "register_account")

    assert said == ["utter_guidance_video"]
    assert talk.form is None


@pytest.mark.anyio
@pytest.mark.parametrize("intent", ["code_problem", "affirm", "register_account"])
async def test_no_step_takes_such_a_question(at_code: Talk, intent: str) -> None:
    assert await at_code.says("where is the video", intent) == ["(left to the rules)"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("action", "intent"),
    [
        ("action_answer", "out_of_scope"),
        ("action_sign_in_help", "sign_in_help"),
        ("action_registration_status", "registration_status_or_link_problem"),
        ("action_registration_code_help", "code_problem"),
        ("action_fallback", "nlu_fallback"),
    ],
)
async def test_it_is_answered_whatever_it_was_taken_for(
    talk: Talk, action: str, intent: str
) -> None:
    talk.hears("where is the video", intent)

    _, messages = await talk.run(action)

    assert [message["response"] for message in messages] == ["utter_guidance_video"]
