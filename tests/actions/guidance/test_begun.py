"""Who comes back with a question is told, beside its answer, where their registration stands."""

import pytest

from actions.core import begun
from actions.guidance.outcomes import ANSWERS, TIMESCALE, Answer
from clients.errors import Unreachable
from messaging import segments
from messaging.texts import Texts
from tests.actions.talk import Talk
from tests.fakes.hub import FakeHub
from wire.names import SMS

pytestmark = pytest.mark.anyio

STATUS = "utter_registration_status_"
QUESTION = ("where do i find the local offer", "local_offer_info")
ANSWER = "utter_guidance_local_offer"
LONGEST = {
    "days": "365",
    "privacy_url": "https://www.council.example/privacy",
    "ends_with": "456",
    "local_offer_url": "https://www.council.example/kb5/directory/localoffer",
    "sign_in_url": "https://ehchub.council.example/sign-in",
}
ADDRESS = {
    "utter_guidance_local_offer": "utter_guidance_local_offer_address",
    "utter_guidance_needs_assessment": "utter_sign_in_address",
}
ENOUGH = [
    answer
    for answer in (*ANSWERS.values(), TIMESCALE)
    if answer.hands_over is None and not answer.asks_nothing_more
]


async def answered(talk: Talk, text: str, intent: str, also: str | None = None) -> list[str]:
    """Come back after a day of silence with a question; return the names of the replies."""
    talk.hears(text, intent, also)
    _, messages = await talk.run("action_answer")
    return [message["response"] for message in messages if message["response"]]


@pytest.fixture
def back(at_code: Talk) -> Talk:
    """The same conversation, of which nothing is remembered here."""
    return Talk(at_code.services, at_code.keeper)


async def test_a_question_is_answered_and_the_next_step_told(back: Talk) -> None:
    replies = await answered(back, *QUESTION)

    assert replies == ["utter_core_introduction", ANSWER, f"{STATUS}code_needed"]
    assert back.last_facts(f"{STATUS}code_needed")["ends_with"] == "456"
    assert back.slots["core_offer"] == "carry_on"


async def test_a_fact_of_the_page_is_answered_and_the_next_step_told(back: Talk) -> None:
    replies = await answered(back, "is there a video", "out_of_scope")

    assert replies[1:] == ["utter_guidance_video", f"{STATUS}code_needed"]


async def test_the_next_step_is_told_by_what_the_hub_says(
    at_code: Talk, back: Talk, hub: FakeHub
) -> None:
    await at_code.says(hub.code_of(at_code.conversation), "give_code")

    assert (await answered(back, *QUESTION))[-1] == f"{STATUS}verified"


async def test_once_the_registration_is_complete_nothing_is_told(
    at_code: Talk, back: Talk, hub: FakeHub
) -> None:
    await at_code.says(hub.code_of(at_code.conversation), "give_code")
    hub.finish(at_code.conversation)

    assert (await answered(back, *QUESTION))[-1] == ANSWER
    assert "core_offer" not in back.slots


async def test_who_has_begun_nothing_gets_the_answer_alone(talk: Talk) -> None:
    talk.slots.clear()

    assert await answered(talk, *QUESTION) == ["utter_core_introduction", ANSWER]


async def test_a_hub_that_is_away_does_not_spoil_the_answer(back: Talk, hub: FakeHub) -> None:
    hub.fails_with["*"] = Unreachable("hub")

    assert await answered(back, *QUESTION) == ["utter_core_introduction", ANSWER]


async def test_the_next_step_is_told_in_the_first_turn_only(back: Talk) -> None:
    await answered(back, *QUESTION)

    assert await answered(back, "who are you", "who_are_you") == ["utter_guidance_who_are_you"]


@pytest.mark.parametrize(
    ("text", "intent", "also"),
    [
        ("this is rubbish", "abuse_or_complaint", None),
        ("bye for now", "goodbye", None),
        ("im only 12", "out_of_scope", None),
        ("where is the local offer and can i talk to someone", "local_offer_info", "talk_to_human"),
        ("where is the local offer and i want to register", "local_offer_info", "register_account"),
    ],
)
async def test_nothing_is_told_beside_another_question_or_to_someone_else(
    back: Talk, text: str, intent: str, also: str | None
) -> None:
    replies = await answered(back, text, intent, also)

    assert not any(reply.startswith(STATUS) for reply in replies)


@pytest.mark.parametrize("answer", ENOUGH, ids=lambda answer: answer.response)
def test_by_text_it_is_one_question_in_three_segments_at_most(answer: Answer) -> None:
    texts = Texts()
    for state in begun.NEXT_STEP.values():
        names = ["utter_core_introduction_privacy", answer.response]
        names += [ADDRESS[answer.response]] if answer.response in ADDRESS else []
        said = [texts.say(name, channel=SMS, **LONGEST) for name in (*names, state.response)]

        together = segments.joined(said)

        assert sum(segments.measure(text).segments for text in together) <= segments.MAX_SEGMENTS
        assert "".join(said).count("?") == 1
