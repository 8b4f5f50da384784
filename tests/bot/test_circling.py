"""No deaf conversations: a turn that runs in circles ends, and the next one is answered."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support import Bot, Ours, RedisServer, Stock, StubActions, check_notes, write_settings

IN_FORM_WITHOUT_RULE = "bye bye"


@pytest.fixture
async def with_utter_fallback(
    stock: bool,
    circling_model: Path,
    redis_server: RedisServer,
    redis_url: str,
    actions: StubActions,
    tmp_path: Path,
) -> AsyncIterator[Bot]:
    running: Ours | Stock
    if stock:
        running = Stock(circling_model, redis_server.port, actions.url)
    else:
        running = Ours(write_settings(tmp_path, circling_model, redis_url, actions.url))
    yield await running.start()
    await running.stop()


@pytest.mark.tamed
async def test_even_a_circling_fallback_says_it_once_and_goes_on_listening(
    with_utter_fallback: Bot, actions: StubActions
) -> None:
    assistant = with_utter_fallback
    actions.behave = check_notes
    await assistant.say("register me")

    first = await assistant.say(IN_FORM_WITHOUT_RULE)
    second = await assistant.say(IN_FORM_WITHOUT_RULE)
    third = await assistant.say("two words")

    assert first == ["Not understood."]
    assert second == ["Not understood."]
    assert third == ["Note submitted."]


async def test_our_fallback_does_not_circle(ours: Ours, actions: StubActions) -> None:
    actions.behave = check_notes
    await ours.say("register me")

    assert await ours.say(IN_FORM_WITHOUT_RULE) == ["Not understood."]
    assert await ours.say("two words") == ["Note submitted."]


def test_the_products_fallback_is_not_an_utterance() -> None:
    config = (Path(__file__).parents[2] / "config.yml").read_text()

    assert "core_fallback_action_name: action_default_fallback" in config
