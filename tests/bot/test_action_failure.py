"""The action server down, slow, failing or talking nonsense: words, and no change of state."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import jsonschema
import pytest
from aiohttp import web
from rasa.core.actions.action import RemoteAction
from support import ACTIONS_TOKEN, Bot, Ours, StubActions, check_notes, result, slot

AWAY = "Something of ours is away."


def answering(text: str, status: int = 200, kind: str = "application/json") -> Any:
    async def answer(call: object) -> web.StreamResponse:
        return web.Response(text=text, status=status, content_type=kind)

    return answer


async def hang_up(call: object) -> web.StreamResponse:
    raise ConnectionResetError


async def too_long(call: object) -> web.StreamResponse:
    return web.json_response({"events": [], "responses": [{"text": "x" * 2_000_000}]})


FAILURES: dict[str, Callable[[Any], Awaitable[web.StreamResponse]]] = {
    "500": answering('{"error": "broken"}', 500),
    "503": answering("", 503),
    "401": answering('{"error": "unauthorised"}', 401),
    "404": answering("not found", 404, "text/plain"),
    "redirect": answering("", 302),
    "400 that is no rejection": answering("[]", 400),
    "400 in HTML": answering("<html>", 400, "text/html"),
    "hangs up": hang_up,
    "HTML": answering("<html>hello</html>", kind="text/html"),
    "no JSON": answering("{"),
    "empty": answering(""),
    "a list": answering("[]"),
    "null": answering("null"),
    "deep": answering("[" * 100_000),
    "events no list": answering('{"events": 7, "responses": []}'),
    "unknown event": answering('{"events": [{"event": "teleport"}], "responses": []}'),
    "event without fields": answering('{"events": [{"event": "slot"}], "responses": []}'),
    "responses no objects": answering('{"events": [], "responses": ["hello"]}'),
    "too long": too_long,
}


@pytest.mark.tamed
@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failing_action_is_never_silent(
    assistant: Bot, actions: StubActions, failure: str
) -> None:
    actions.behave = FAILURES[failure]

    # The rule says "It is done." after the action: that must not be said either.
    assert await assistant.say("thanks") == [AWAY]


@pytest.mark.tamed
async def test_an_action_server_that_is_down_is_never_silent(
    assistant: Bot, actions: StubActions
) -> None:
    await actions.stop()

    assert await assistant.say("thanks") == [AWAY]


async def test_a_slow_action_is_not_waited_for(ours: Ours, actions: StubActions) -> None:
    async def sleep(call: object) -> web.StreamResponse:
        await asyncio.sleep(30)
        return result()

    actions.behave = sleep
    ours.processor.action_endpoint._timeout = _timeout(0.2)
    started = asyncio.get_running_loop().time()

    assert await ours.say("thanks") == [AWAY]
    assert asyncio.get_running_loop().time() - started < 2


async def test_an_answer_that_never_ends_is_not_waited_for(
    ours: Ours, actions: StubActions
) -> None:
    async def half_an_answer(call: object) -> web.StreamResponse:
        return web.Response(body=b"{", headers={"Content-Length": "100"})

    actions.behave = half_an_answer
    ours.processor.action_endpoint._timeout = _timeout(0.2)

    assert await ours.say("thanks") == [AWAY]


@pytest.mark.tamed
@pytest.mark.parametrize("failure", ["500", "hangs up", "no JSON", "unknown event"])
async def test_a_form_keeps_nothing_that_was_not_checked(
    assistant: Bot, actions: StubActions, failure: str
) -> None:
    actions.behave = check_notes
    await assistant.say("register me")

    actions.behave = FAILURES[failure]
    said = await assistant.say("yes exactly 999999999")
    tracker = await assistant.tracker()
    actions.behave = check_notes
    then = await assistant.say("who are you")

    assert tracker.get_slot("note") is None
    assert tracker.active_loop_name == "note_form"
    assert tracker.get_slot("requested_slot") == "note"
    assert said == [AWAY, "What is the note?"]
    assert then == ["I am a robot.", "What is the note?"]
    assert not actions.run("action_submit")


async def test_the_form_goes_on_when_the_actions_are_back(ours: Ours, actions: StubActions) -> None:
    actions.behave = check_notes
    await ours.say("register me")
    await actions.stop()
    away = await ours.say("two words")

    await actions.start()

    assert away == [AWAY, "What is the note?"]
    assert await ours.say("two words") == ["Note submitted."]


async def test_a_form_that_cannot_begin_asks_all_the_same(ours: Ours, actions: StubActions) -> None:
    await actions.stop()

    assert await ours.say("register me") == [AWAY, "What is the note?"]
    assert (await ours.tracker()).get_slot("requested_slot") == "note"


async def test_a_slot_of_the_domains_own_kind_stays_empty_too(
    ours: Ours, actions: StubActions
) -> None:
    await ours.say("my code is __code__")
    actions.behave = FAILURES["500"]

    said = await ours.say("my code is __code__")

    tracker = await ours.tracker()
    assert said == [AWAY, "What is the code?"]
    assert tracker.get_slot("code") is None
    assert tracker.active_loop_name == "code_form"


async def test_one_turn_asks_a_dead_server_once_and_apologises_once(
    ours: Ours, actions: StubActions
) -> None:
    actions.behave = check_notes
    await ours.say("register me")
    actions.calls.clear()
    actions.behave = FAILURES["500"]

    # The interruption's rule runs the form twice over.
    said = await ours.say("who are you")

    assert said.count(AWAY) == 1
    assert len(actions.calls) == 1


async def test_the_next_turn_asks_again(ours: Ours, actions: StubActions) -> None:
    actions.behave = FAILURES["500"]
    await ours.say("thanks")
    actions.behave = check_notes

    assert await ours.say("thanks") == ["It is done."]


async def test_a_rejection_is_no_failure(ours: Ours, actions: StubActions) -> None:
    rejection = json.dumps({"action_name": "action_work", "error": "not now"})
    actions.behave = answering(rejection, 400)

    assert await ours.say("thanks") == ["Not understood."]


async def test_every_call_says_who_we_are_on_one_connection(
    ours: Ours, actions: StubActions
) -> None:
    for _ in range(5):
        await ours.say("thanks")

    authorised = {headers["Authorization"] for headers in actions.headers}
    assert authorised == {f"Bearer {ACTIONS_TOKEN}"}
    assert len(actions.connections) == 1


async def test_every_call_names_the_turn_that_it_belongs_to(
    ours: Ours, actions: StubActions
) -> None:
    await ours.say("thanks")

    (turn,) = {headers["X-Correlation-Id"] for headers in actions.headers}
    assert turn in {call["tracker"]["latest_message"]["message_id"] for call in actions.calls}


async def test_a_restarted_action_server_costs_no_apology(ours: Ours, actions: StubActions) -> None:
    assert await ours.say("thanks") == ["It is done."]
    await actions.stop()
    await actions.start()

    assert await ours.say("thanks") == ["It is done."]


async def test_only_actions_that_check_slots_are_sent_the_domain(
    ours: Ours, actions: StubActions
) -> None:
    actions.behave = check_notes
    await ours.say("thanks")
    await ours.say("register me")

    assert all("domain" not in call for call in actions.run("action_work"))
    assert all("domain" in call for call in actions.run("validate_note_form"))


async def test_the_log_names_the_failure_and_not_the_conversation(
    ours: Ours, actions: StubActions, caplog: pytest.LogCaptureFixture
) -> None:
    actions.behave = FAILURES["500"]
    with caplog.at_level(logging.DEBUG, logger="bot"):
        await ours.say("thanks", turn_id="turn-7")

    (record,) = [r for r in caplog.records if r.name == "bot.action_call"]
    assert record.msg == "action.failed"
    facts = {name: vars(record)[name] for name in ("action", "reason", "turn")}
    assert facts == {"action": "action_work", "reason": "status 500", "turn": "turn-7"}


@pytest.mark.tamed
async def test_the_schema_of_answers_is_not_checked_anew_with_every_call(
    assistant: Bot, actions: StubActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[object] = []
    validator = jsonschema.validators.validator_for(RemoteAction.action_response_format_spec())

    def check_schema(_validator: type, schema: object) -> None:
        checked.append(schema)

    monkeypatch.setattr(validator, "check_schema", classmethod(check_schema))

    await assistant.say("thanks")
    await assistant.say("thanks")

    assert len(actions.run("action_work")) == 2
    assert not checked


async def test_a_working_form_still_works(ours: Ours, actions: StubActions) -> None:
    actions.behave = check_notes

    assert await ours.say("register me") == ["What is the note?"]
    assert await ours.say("yes") == ["What is the note?"]
    assert await ours.say("two words") == ["Note submitted."]
    assert (await ours.tracker()).get_slot("note") == "two words"


async def test_bad_events_are_refused_although_the_check_was_moved(
    ours: Ours, actions: StubActions
) -> None:
    async def half_bad(call: object) -> web.StreamResponse:
        return result(slot("code", True), {"event": 7}, responses=({"text": "Trust me."},))

    actions.behave = half_bad

    assert await ours.say("thanks") == [AWAY]
    assert (await ours.tracker()).get_slot("code") is None


def _timeout(total_s: float) -> Any:
    import aiohttp

    return aiohttp.ClientTimeout(total=total_s)
