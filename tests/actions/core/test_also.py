"""The second request of a message."""

import pytest

from actions.core import also
from actions.core.intents import Intent
from actions.guidance.outcomes import ANSWERS
from tests.actions.talk import Talk

pytestmark = pytest.mark.anyio


def test_it_is_answered_as_the_guidance_answers_it() -> None:
    for intent, response in also.ANSWERED.items():
        assert ANSWERS[intent].response == response
        assert ANSWERS[intent].hands_over is None


async def test_both_questions_are_answered(talk: Talk) -> None:
    talk.hears("who are you? what is the local offer?", "who_are_you", "local_offer_info")

    _, messages = await talk.run("action_answer")

    assert [message["response"] for message in messages] == [
        "utter_guidance_who_are_you",
        "utter_guidance_local_offer",
    ]


async def test_what_takes_more_than_a_sentence_is_begun_after_the_answer(talk: Talk) -> None:
    talk.hears("who are you? i forgot my password", "who_are_you", "password_reset")

    events, _ = await talk.run("action_answer")

    assert [e["name"] for e in events if e["event"] == "followup"] == ["password_reset_form"]


async def test_in_a_form_it_is_answered_and_nothing_else_begun(talk: Talk) -> None:
    await talk.says("register", "register_account")
    talk.hears("who are you? i forgot my password", "who_are_you", "password_reset")
    talk.form = "registration_form"

    events, messages = await talk.run("action_answer")

    assert [message["response"] for message in messages] == [
        "utter_guidance_who_are_you",
        "utter_guidance_password_reset",
    ]
    assert not [e for e in events if e["event"] == "followup"]


async def test_a_registration_wanted_beside_another_request_comes_after_it(talk: Talk) -> None:
    talk.flow = "lost_phone_form"
    first = await talk.says(
        "i lost my phone and want to register", "lost_phone", "register_account"
    )

    then = await talk.says("jo@example.com", "give_email")

    assert first == ["utter_course_register_next", "utter_lost_phone_begun"]
    assert then == ["utter_lost_phone_asked", "(on to registration_form)"]
    assert talk.slots["core_next_form"] is None


async def test_where_the_request_ends_at_once_the_registration_comes_at_once(talk: Talk) -> None:
    talk.flow = "password_reset_form"

    said = await talk.says(
        "reset my password, jo@example.com. and register me", "password_reset", "register_account"
    )

    assert said[-1] == "(on to registration_form)"


async def test_a_registration_wanted_in_mid_form_comes_after_the_form(talk: Talk) -> None:
    talk.flow = "lost_phone_form"
    await talk.says("i lost my phone", "lost_phone")
    talk.hears("who are you? i want to register", "who_are_you", "register_account")

    _, messages = await talk.run("action_answer")
    then = await talk.says("no", "deny")

    assert [m["response"] for m in messages][1] == "utter_course_register_next"
    assert then[-1] == "(on to registration_form)"


async def test_who_leaves_the_form_leaves_what_was_to_follow(talk: Talk) -> None:
    talk.flow = "lost_phone_form"
    await talk.says("i lost my phone and want to register", "lost_phone", "register_account")
    talk.hears("exit", "stop_or_cancel")

    await talk.run("action_leave")

    assert talk.slots["core_next_form"] is None


async def test_who_registers_already_is_not_told_to_register_next(at_code: Talk) -> None:
    at_code.hears("who are you? register me", "who_are_you", "register_account")

    _, messages = await at_code.run("action_answer")

    assert [m["response"] for m in messages] == ["utter_guidance_who_are_you"]


async def test_a_wish_for_the_step_is_done_beside_the_answer(at_code: Talk) -> None:
    at_code.services.clock.advance(seconds=31)  # type: ignore[attr-defined]

    said = await at_code.says(
        "what is the local offer? and resend the code", "local_offer_info", "resend_code"
    )

    assert said == ["utter_guidance_local_offer", "utter_registration_code_resent_same"]


async def test_distress_is_answered_alone(talk: Talk) -> None:
    talk.hears(
        "i want to die. what is the local offer", "distress_or_safeguarding", "local_offer_info"
    )

    _, messages = await talk.run("action_wellbeing")

    assert [message["response"] for message in messages] == ["utter_wellbeing"]


@pytest.mark.parametrize("name", ["", "nonsense", "who_are_you"])
async def test_what_is_no_second_request_adds_nothing(talk: Talk, name: str) -> None:
    talk.hears("who are you", Intent.WHO_ARE_YOU, name)

    _, messages = await talk.run("action_answer")

    assert len(messages) == 1


@pytest.mark.parametrize(
    ("action", "first"),
    [
        ("action_answer", "local_offer_info"),
        ("action_registration_greet", "greet"),
        ("action_talk_to_person", "talk_to_human"),
        ("validate_registration_form", "register_account"),
        ("validate_lost_phone_form", "lost_phone"),
    ],
)
async def test_distress_in_the_second_half_is_answered_first_and_alone(
    talk: Talk, action: str, first: str
) -> None:
    talk.hears("thanks for that. i dont want to live", first, "distress_or_safeguarding")

    events, messages = await talk.run(action)
    _, after = await talk.run("action_ask_registration_invitation")

    assert [message["response"] for message in messages] == ["utter_wellbeing"]
    assert after == []
    begun = [e for e in events if e["event"] == "active_loop"]
    assert [e["name"] for e in begun] == ([None] if action.startswith("validate") else [])


async def test_distress_in_mid_form_keeps_the_place(at_code: Talk) -> None:
    said = await at_code.says("ok. i want to die", "affirm", "distress_or_safeguarding")

    assert said == ["utter_wellbeing"]
    assert at_code.form == "registration_form"
    assert at_code.slots["requested_slot"] == "registration_code"


@pytest.mark.parametrize(
    ("second", "response"),
    [
        ("resend_code", "utter_registration_coach_resend_code"),
        ("code_problem", "utter_registration_coach_code_problem"),
        ("change_phone_number", "utter_registration_coach_change_phone_number"),
        ("registration_status_or_link_problem", "utter_guidance_link"),
        ("opt_out", "utter_support_opt_out_sms"),
    ],
)
async def test_a_second_wish_outside_a_form_is_answered(
    talk: Talk, second: str, response: str
) -> None:
    talk.hears("who are you? and the other thing", "who_are_you", second)

    _, messages = await talk.run("action_answer")

    assert [m["response"] for m in messages] == ["utter_guidance_who_are_you", response]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("abuse_or_complaint", "utter_guidance_complaint"),
        ("change_language_or_foreign", "utter_guidance_language"),
    ],
)
async def test_a_complaint_or_a_language_beside_it_leads_to_a_person(
    talk: Talk, second: str, words: str
) -> None:
    talk.hears("who are you? and this is awful", "who_are_you", second)

    _, messages = await talk.run("action_answer")

    said = [m["response"] for m in messages if m["response"]]
    assert said[:2] == ["utter_guidance_who_are_you", words]
    assert said[2].startswith("utter_support_person")


@pytest.mark.parametrize(
    ("second", "response"),
    [
        ("stop_or_cancel", "utter_course_to_leave"),
        ("start_over", "utter_course_to_begin_again"),
    ],
)
async def test_half_a_message_does_not_leave_the_form_but_is_told_how(
    at_code: Talk, second: str, response: str
) -> None:
    at_code.hears("who are you? i want out", "who_are_you", second)

    _, messages = await at_code.run("action_answer")

    assert [m["response"] for m in messages] == ["utter_guidance_who_are_you", response]


async def test_thanks_do_not_swallow_the_wish_beside_them(at_code: Talk) -> None:
    at_code.services.clock.advance(seconds=31)  # type: ignore[attr-defined]

    said = await at_code.says("thanks. can you resend it", "thank", "resend_code")

    assert said == ["utter_registration_code_resent_same"]
