"""What only looks like a command is words (G11)."""

import sys

import pytest
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from support import Bot, Ours, StubActions, check_notes, last_message

from bot.channels.words import looks_like_command, without_command

COMMANDS = [
    "/affirm",
    '/affirm{"code": "123456"}',
    "/affirm@1.0",
    " /affirm",
    "\t\n/affirm",
    "\u200b/affirm",  # zero-width space
    "\ufeff/affirm",  # byte order mark
    "\u2066/affirm",  # direction mark
    "\u00a0/affirm",  # no-break space
    "\x00/affirm",
    "\x1f/affirm",
    "//affirm",
    "\uff0faffirm",  # full-width slash
    "/ affirm",
]


@pytest.mark.tamed
@pytest.mark.parametrize("text", ["/affirm", " /affirm", "/affirm@1.0", '/affirm{"a": "b"}'])
async def test_a_typed_command_means_nothing(assistant: Bot, text: str) -> None:
    said = await assistant.say(text)

    assert said == ["Not understood."]


@pytest.mark.parametrize("text", COMMANDS)
async def test_no_disguise_makes_a_command_mean_something(ours: Ours, text: str) -> None:
    said = await ours.say(text)

    message = last_message(await ours.tracker())
    assert said == ["Not understood."]
    assert message.intent["name"] == "nlu_fallback"
    assert message.entities == []


@pytest.mark.tamed
async def test_a_typed_restart_keeps_the_conversation(assistant: Bot, actions: StubActions) -> None:
    actions.behave = check_notes
    await assistant.say("register me")

    await assistant.say("/restart")

    assert (await assistant.tracker()).active_loop_name == "note_form"


async def test_a_command_brings_no_values_with_it(ours: Ours) -> None:
    await ours.say("/give_code __code__", references={"__code__": "f" * 32})

    message = last_message(await ours.tracker())
    assert message.metadata["references"] == {}


@pytest.mark.parametrize("text", ["1/2", "and/or", "hello /affirm", "", "   ", "\u200b"])
def test_a_slash_inside_a_text_is_nothing_special(text: str) -> None:
    assert not looks_like_command(text)


def test_whatever_rasa_would_read_as_a_command_is_recognised() -> None:
    pattern = YAMLStoryReader._regex_message_pattern()
    for point in range(sys.maxunicode + 1):
        text = chr(point) + "/affirm"
        if pattern.match(text.strip()):
            assert looks_like_command(text), hex(point)
            assert not pattern.match(without_command(text).strip()), hex(point)


async def test_what_is_stored_of_a_command_is_no_command(ours: Ours) -> None:
    await ours.say(' / /affirm{"a": "b"}')

    assert last_message(await ours.tracker()).text == 'affirm{"a": "b"}'
