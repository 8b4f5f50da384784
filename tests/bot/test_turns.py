"""A turn in, its whole answer out."""

import pytest
from aiohttp import web
from support import Ours, StubActions, check_notes, last_message, result


async def test_a_greeting_is_answered_for_its_channel(ours: Ours) -> None:
    by_web = await ours.say("hello")
    by_text = await ours.say("hello", channel="sms", conversation_id="sms-abc")

    assert by_web == ["Hello on the web.\n\nWith a second paragraph."]
    assert by_text == ["Hello by text."]


async def test_everything_the_actions_may_know_is_in_the_metadata(ours: Ours) -> None:
    references = {"__code__": "0" * 32}
    sender = {"reference": "1" * 32, "last_three": "123"}
    turn = ours.turn(
        "my code is __code__",
        channel="sms",
        references=references,
        sender=sender,
        signals={"wellbeing": False},
    )
    await ours.post(turn)

    tracker = await ours.tracker()
    message = last_message(tracker)
    # Rasa adds what the model is called.
    metadata = {k: v for k, v in message.metadata.items() if k not in ("model_id", "assistant_id")}
    assert metadata == {
        "turn_id": turn["turn_id"],
        "channel": "sms",
        "references": references,
        "sender": sender,
        "choice": None,
        "signals": {"wellbeing": False},
        "awaiting": None,
    }
    assert message.message_id == turn["turn_id"]
    assert message.input_channel == "sms"
    assert tracker.sender_id == ours.conversation


async def test_what_the_form_was_asking_for_is_told_with_the_next_message(
    ours: Ours, actions: StubActions
) -> None:
    actions.behave = check_notes
    first = await ours.post(ours.turn("register me"))
    await ours.post(ours.turn("who are you"))

    message = last_message(await ours.tracker())
    assert first.document["awaiting"] == "note"
    assert message.metadata["awaiting"] == "note"


async def test_when_the_form_is_done_nothing_is_awaited(ours: Ours, actions: StubActions) -> None:
    actions.behave = check_notes
    await ours.say("register me")

    last = await ours.post(ours.turn("two words"))

    assert [reply["text"] for reply in last.document["replies"]] == ["Note submitted."]
    assert last.document["awaiting"] is None


async def test_a_handoff_is_told_apart_from_the_words(ours: Ours, actions: StubActions) -> None:
    asked = {"reason": "asked", "journey": None, "step": None}

    async def hand_over(call: object) -> web.StreamResponse:
        return result(responses=({"text": "A person will answer."}, {"custom": {"handoff": asked}}))

    actions.behave = hand_over
    response = await ours.post(ours.turn("I want to speak to a person"))

    assert response.document["handoff"] == asked
    assert response.document["replies"] == [
        {"text": "A person will answer.", "buttons": [], "custom": {}}
    ]


async def test_a_custom_payload_is_part_of_the_answer(ours: Ours, actions: StubActions) -> None:
    async def show(call: object) -> web.StreamResponse:
        picture = {"text": "Scan this.", "custom": {"qr": "__vault_0__"}, "image": "/logo.png"}
        return result(responses=(picture,))

    actions.behave = show
    response = await ours.post(ours.turn("I want to speak to a person"))

    (reply,) = response.document["replies"]
    assert reply["text"] == "Scan this."
    assert reply["custom"] == {"qr": "__vault_0__", "image": "/logo.png"}


async def test_the_same_sentence_is_not_said_twice_to_one_message(
    ours: Ours, actions: StubActions
) -> None:
    async def repeat(call: object) -> web.StreamResponse:
        return result(responses=({"text": "Once."}, {"text": "Once."}, {"text": "Other."}))

    actions.behave = repeat

    assert await ours.say("I want to speak to a person") == ["Once.", "Other."]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u200b", "?", "\ud83d", "\x00", "🙂" * 300, "%s {0} {x}", "a" * 5_000, "{}", "<b>"],
)
async def test_every_text_gets_words(ours: Ours, text: str) -> None:
    said = await ours.say(text)

    assert said
    assert all(reply.strip() for reply in said)


@pytest.mark.parametrize(
    "responses",
    [
        (),
        ({"response": "utter_that_does_not_exist"},),
        ({"text": ""},),
        ({"text": "  "},),
        ({"custom": {"handoff": {"reason": "asked"}}},),
        ({"buttons": [{"title": "Yes", "payload": "/affirm"}]},),
    ],
)
async def test_an_action_that_says_nothing_is_not_the_last_word(
    ours: Ours, actions: StubActions, responses: tuple[dict[str, object], ...]
) -> None:
    async def mumble(call: object) -> web.StreamResponse:
        return result(responses=responses)

    actions.behave = mumble
    said = await ours.say("I want to speak to a person")

    assert "Not understood." in said


async def test_the_conversation_goes_on_after_a_silence_was_filled(
    ours: Ours, actions: StubActions
) -> None:
    await ours.say("I want to speak to a person")

    assert await ours.say("hello", channel="sms") == ["Hello by text."]


async def test_a_turn_that_breaks_gets_an_honest_sentence_and_changes_nothing(
    ours: Ours, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ours.say("hello")
    before = (await ours.tracker()).events

    async def break_down(*_: object) -> None:
        raise RuntimeError("with a text in it")

    with monkeypatch.context() as broken:
        broken.setattr(ours.processor, "run_action_extract_slots", break_down)
        said = await ours.say("hello")

    assert said == ["Something of ours is away."]
    assert (await ours.tracker()).events == before
    assert await ours.say("hello", channel="sms") == ["Hello by text."]
