"""A pressed button, and only that, stands for a payload."""

import uuid

import pytest
from support import Ours, last_message

from bot.channels.buttons import choice_id


async def shown_choice(ours: Ours, title: str = "Yes") -> str:
    response = await ours.post(ours.turn("start over"))
    (reply,) = response.document["replies"]
    return {button["title"]: button["choice"] for button in reply["buttons"]}[title]


async def test_a_pressed_button_says_its_payload(ours: Ours) -> None:
    choice = await shown_choice(ours)

    assert await ours.say("Yes", choice=choice) == ["You said yes."]


async def test_the_payload_itself_is_never_shown(ours: Ours) -> None:
    response = await ours.post(ours.turn("start over"))

    assert "affirm" not in str(response.document)


async def test_a_typed_payload_is_not_a_pressed_button(ours: Ours) -> None:
    await shown_choice(ours)

    assert await ours.say("/affirm") == ["Not understood."]


@pytest.mark.parametrize("choice", ["/affirm", "affirm", "", "0" * 16, choice_id("/thank")])
async def test_a_choice_that_was_not_offered_is_only_its_words(ours: Ours, choice: str) -> None:
    await shown_choice(ours)

    assert await ours.say("hello", choice=choice, channel="sms") == ["Hello by text."]


async def test_another_conversations_button_opens_nothing(ours: Ours) -> None:
    choice = await shown_choice(ours)

    said = await ours.say("/x", choice=choice, conversation_id=f"web-{uuid.uuid4()}")

    assert said == ["Not understood."]


async def test_an_earlier_questions_button_is_only_its_words(ours: Ours) -> None:
    choice = await shown_choice(ours)
    await ours.say("hello")

    assert await ours.say("/x", choice=choice) == ["Not understood."]


async def test_the_choice_is_in_the_metadata_for_the_actions(ours: Ours) -> None:
    choice = await shown_choice(ours)
    await ours.say("Yes", choice=choice)

    message = last_message(await ours.tracker())
    assert message.metadata["choice"] == choice
