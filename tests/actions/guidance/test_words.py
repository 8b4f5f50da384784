"""What a question's own words call for, beyond its intent."""

import pytest

from actions.core.writers import Writer
from actions.guidance.outcomes import WRITERS
from tests.actions.talk import Talk

pytestmark = pytest.mark.anyio


def test_every_writer_has_an_answer() -> None:
    assert set(WRITERS) == set(Writer)


@pytest.mark.parametrize(
    ("text", "intent", "response"),
    [
        ("i live in stoke", "out_of_scope", "utter_guidance_other_council"),
        ("are you stoke or staffordshire", "who_are_you", "utter_guidance_other_council"),
        ("im a senco", "out_of_scope", "utter_guidance_staff"),
        ("im 12", "out_of_scope", "utter_guidance_child"),
        ("how long does an ehcp take", "out_of_scope", "utter_guidance_timescale"),
        ("how long is an assessment", "needs_assessment_info", "utter_guidance_timescale"),
        ("when is my bin collected", "out_of_scope", "utter_guidance_out_of_scope"),
        ("how long do i have to wait for the plan", "out_of_scope", "utter_guidance_timescale"),
        ("who are you", "who_are_you", "utter_guidance_who_are_you"),
        ("how do i ask for one", "needs_assessment_info", "utter_guidance_needs_assessment"),
        (
            "why do you need it im in stoke",
            "why_needed_or_is_safe",
            "utter_guidance_why_needed_or_is_safe",
        ),
    ],
)
async def test_words_decide(talk: Talk, text: str, intent: str, response: str) -> None:
    talk.hears(text, intent)

    _, messages = await talk.run("action_answer")

    assert [message["response"] for message in messages] == [response]


async def test_a_child_who_wants_no_texts_is_told_of_childline_too(talk: Talk) -> None:
    talk.hears("im only 12 stop texting me", "opt_out")

    _, messages = await talk.run("action_opt_out")

    assert [message["response"] for message in messages] == [
        "utter_guidance_child",
        "utter_support_opt_out_sms",
    ]
