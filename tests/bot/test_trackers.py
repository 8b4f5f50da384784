"""Conversations are found again, or it is an error; never silently a new one."""

import asyncio
import json

import pytest
import redis
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker
from support import Bot, Ours, RedisServer, StubActions, check_notes, result

from bot.errors import TrackerUnavailable
from bot.stores import events, trimming
from bot.stores.trackers import PREFIX, RedisTrackers

LISTEN = "action_listen"


@pytest.mark.tamed
async def test_while_redis_is_away_nobody_is_answered_as_a_stranger(
    assistant: Bot, actions: StubActions, redis_server: RedisServer
) -> None:
    actions.behave = check_notes
    await assistant.say("register me")

    redis_server.stop()
    try:
        meanwhile = await assistant.attempt("two words")
    finally:
        redis_server.start()

    # Stock Rasa begins a new conversation, in which nobody had asked for a note.
    assert meanwhile is None
    assert await assistant.say("two words") == ["Note submitted."]


async def test_a_deferred_turn_says_when_to_try_again(
    ours: Ours, redis_server: RedisServer
) -> None:
    redis_server.stop()
    try:
        response = await ours.post(ours.turn("hello"))
    finally:
        redis_server.start()

    assert response.status == 503
    assert int(response.headers["Retry-After"]) > 0


async def test_the_turn_that_could_not_be_kept_is_run_when_redis_is_back(
    ours: Ours, actions: StubActions, redis_server: RedisServer
) -> None:
    async def redis_dies_meanwhile(call: object) -> object:
        redis_server.stop()
        return result(responses=({"text": "Done."},))

    actions.behave = redis_dies_meanwhile  # type: ignore[assignment]
    turn = ours.turn("I want to speak to a person")
    try:
        first = await ours.post(turn)
    finally:
        redis_server.start()
    actions.behave = lambda call: _done()

    again = await ours.post(turn)

    assert first.status == 503
    assert [reply["text"] for reply in again.document["replies"]] == ["Done."]


async def _done() -> object:
    return result(responses=({"text": "Done."},))


async def test_redis_full_is_an_error_too(ours: Ours, redis_server: RedisServer) -> None:
    admin = redis.Redis(port=redis_server.port)
    admin.config_set("maxmemory-policy", "noeviction")
    admin.config_set("maxmemory", "1")
    try:
        response = await ours.post(ours.turn("hello"))
        ready = await ours.fetch("GET", "/readyz")
    finally:
        admin.config_set("maxmemory", "0")

    assert response.status == 503
    assert ready.status == 503
    assert ready.document == {"missing": ["tracker store"]}


@pytest.mark.parametrize("stored", ["", "{", "null", "7", '[{"event": "teleport"}]', "[[]]"])
async def test_what_cannot_be_read_is_not_taken_for_a_new_conversation(
    ours: Ours, redis_server: RedisServer, stored: str
) -> None:
    redis.Redis(port=redis_server.port).set(PREFIX + ours.conversation, stored)

    response = await ours.post(ours.turn("hello"))

    assert response.status == 503


async def test_keys_are_ours_and_die_with_the_session(
    ours: Ours, redis_server: RedisServer
) -> None:
    await ours.say("hello")

    client = redis.Redis(port=redis_server.port, decode_responses=True)
    assert client.keys("*") == [PREFIX + ours.conversation]
    assert 24 * 3600 - 5 < client.ttl(PREFIX + ours.conversation) <= 24 * 3600
    assert list(await ours.app.ctx.trackers.keys()) == [ours.conversation]


async def test_a_user_limited_to_rasas_keys_is_enough(redis_server: RedisServer) -> None:
    admin = redis.Redis(port=redis_server.port)
    admin.execute_command("ACL", "SETUSER", "rasa", "on", ">secret", "~rasa:*", "+@all")
    store = RedisTrackers(Domain.empty(), host=f"redis://rasa:secret@127.0.0.1:{redis_server.port}")

    await store.prove_writable()
    await store.save(DialogueStateTracker("web-acl", []))
    found = await store.retrieve("web-acl")

    await store.close()
    admin.execute_command("ACL", "DELUSER", "rasa")
    assert found is not None


@pytest.mark.parametrize(("minutes", "life_s"), [(0, 86400), (1, 60), (1440, 86400)])
def test_a_conversation_is_kept_as_long_as_its_session(minutes: int, life_s: int) -> None:
    config = {
        "session_expiration_time": minutes,
        "carry_over_slots_to_new_session": False,
    }
    store = RedisTrackers(Domain.from_dict({"session_config": config}), host="redis://x")

    assert store.life_s == life_s


@pytest.mark.parametrize(
    "options", [{}, {"host": ""}, {"host": "redis://x", "record_exp": 1}, {"host": None}]
)
def test_options_that_it_does_not_know_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        RedisTrackers(None, **options)  # type: ignore[arg-type]


async def test_a_redis_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    deaf = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = deaf.sockets[0].getsockname()[1]
    store = RedisTrackers(Domain.empty(), host=f"redis://127.0.0.1:{port}?socket_timeout=0.2")
    started = asyncio.get_running_loop().time()

    with pytest.raises(TrackerUnavailable):
        await store.retrieve("web-1")

    assert asyncio.get_running_loop().time() - started < 5
    await store.close()
    deaf.close()
    await deaf.wait_closed()


async def test_every_event_comes_back_as_it_was(ours: Ours, actions: StubActions) -> None:
    actions.behave = check_notes
    for text in ("register me", "/x", "who are you", "two words", "start over", "hello"):
        await ours.say(text)
    before = await ours.tracker()

    after = events.from_json(events.to_json(before.events))

    assert [e.as_dict() for e in after] == [e.as_dict() for e in before.events]


def turn(number: int, *more: Event) -> list[Event]:
    said = UserUttered(f"text {number}", {"name": "greet"}, message_id=f"turn-{number}")
    return [said, *more, ActionExecuted("utter_greet"), ActionExecuted(LISTEN)]


def conversation(turns: int) -> DialogueStateTracker:
    start = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted(LISTEN)]
    said = [e for n in range(turns) for e in turn(n, SlotSet("last", n), SlotSet("gone", None))]
    slots = [AnySlot("last", mappings=[]), AnySlot("gone", mappings=[])]
    return DialogueStateTracker.from_events("web-1", [*start, *said], slots)


@pytest.mark.parametrize(
    ("turns", "kept"),
    [
        (0, 0),
        (1, 1),
        (trimming.MAX_TURNS - 1, trimming.MAX_TURNS - 1),
        (trimming.MAX_TURNS, trimming.MAX_TURNS),
        (trimming.MAX_TURNS + 1, trimming.KEPT_TURNS),
        (trimming.MAX_TURNS * 3, trimming.KEPT_TURNS),
    ],
)
def test_a_long_conversation_keeps_its_last_turns_and_its_state(turns: int, kept: int) -> None:
    tracker = conversation(turns)

    trimmed = trimming.trimmed(tracker)

    said = [event.message_id for event in trimmed if isinstance(event, UserUttered)]
    again = DialogueStateTracker.from_events("web-1", trimmed, list(tracker.slots.values()))
    assert said == [f"turn-{n}" for n in range(turns - kept, turns)]
    assert again.current_slot_values() == tracker.current_slot_values()
    assert again.latest_action_name == tracker.latest_action_name


def test_what_an_earlier_session_said_is_not_kept() -> None:
    old, new = conversation(3), conversation(2)
    both = DialogueStateTracker.from_events("web-1", [*old.events, *new.events], [])

    assert len(trimming.trimmed(both)) == len(new.events)


async def test_a_form_stays_open_through_the_trimming(
    ours: Ours, actions: StubActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trimming, "MAX_TURNS", 3)
    monkeypatch.setattr(trimming, "KEPT_TURNS", 1)
    actions.behave = check_notes
    await ours.say("register me")
    for _ in range(10):
        assert await ours.say("who are you") == ["I am a robot.", "What is the note?"]

    stored = [e for e in (await ours.tracker()).events if isinstance(e, UserUttered)]

    assert len(stored) <= 3
    assert await ours.say("two words") == ["Note submitted."]


async def test_a_finished_session_carries_nothing_over(
    ours: Ours, actions: StubActions, redis_server: RedisServer
) -> None:
    actions.behave = check_notes
    await ours.say("register me")
    # A clock that went wrong, or a key without its expiry: the session is a day old all the same.
    client = redis.Redis(port=redis_server.port, decode_responses=True)
    stored = json.loads(client.get(PREFIX + ours.conversation))
    for event in stored:
        event["timestamp"] -= 24 * 3600 + 60
    client.set(PREFIX + ours.conversation, json.dumps(stored))

    said = await ours.say("hello", channel="sms")

    tracker = await ours.tracker()
    assert said == ["Hello by text."]
    assert tracker.active_loop_name is None
    assert tracker.get_slot("requested_slot") is None
    assert tracker.get_slot("session_started_metadata") is None
