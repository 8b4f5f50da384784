"""The same turn again: the kept answer, and nothing is done twice."""

import asyncio

import pytest
from aiohttp import web
from support import Bot, Ours, StubActions, check_notes, result


@pytest.mark.tamed
async def test_a_turn_handed_in_twice_is_run_once(assistant: Bot, actions: StubActions) -> None:
    first = await assistant.say("thanks", turn_id="the-same")
    again = await assistant.say("thanks", turn_id="the-same")

    assert first == again
    assert len(actions.run("action_work")) == 1


async def test_a_restarted_server_knows_what_it_answered(ours: Ours, actions: StubActions) -> None:
    turn = ours.turn("thanks")
    first = await ours.post(turn)
    other = await Ours(ours.settings).start_elsewhere()

    again = await other.post(turn)

    await other.stop()
    assert again.document == first.document
    assert len(actions.run("action_work")) == 1


async def test_a_turn_handed_in_again_while_it_runs_waits_for_its_answer(
    ours: Ours, actions: StubActions
) -> None:
    async def slowly(call: object) -> web.StreamResponse:
        await asyncio.sleep(0.2)
        return result(responses=({"text": "Done once."},))

    actions.behave = slowly
    turn = ours.turn("I want to speak to a person")
    answers = await asyncio.gather(*(ours.post(turn) for _ in range(5)))

    assert all(answer.document == answers[0].document for answer in answers)
    assert len(actions.calls) == 1


async def test_two_messages_at_once_are_answered_one_after_the_other(
    ours: Ours, actions: StubActions
) -> None:
    running: list[str] = []

    async def alone(call: dict[str, object]) -> web.StreamResponse:
        assert not running
        running.append("one")
        await asyncio.sleep(0.05)
        running.pop()
        return result(responses=({"text": "Alone."},))

    actions.behave = alone
    turns = [ours.turn("I want to speak to a person") for _ in range(4)]
    answers = await asyncio.gather(*(ours.post(turn) for turn in turns))

    assert [answer.document["turn_id"] for answer in answers] == [t["turn_id"] for t in turns]
    assert all(answer.document["replies"][0]["text"] == "Alone." for answer in answers)
    assert len(ours.processor._locks) == 0


async def test_different_conversations_do_not_wait_for_each_other(
    ours: Ours, actions: StubActions
) -> None:
    arrived = asyncio.Event()
    waiting: list[object] = []

    async def meet(call: object) -> web.StreamResponse:
        waiting.append(call)
        if len(waiting) == 3:
            arrived.set()
        await asyncio.wait_for(arrived.wait(), 5)
        return result(responses=({"text": "Met."},))

    actions.behave = meet
    turns = [ours.turn("I want to speak to a person", conversation_id=f"web-{n}") for n in range(3)]
    answers = await asyncio.gather(*(ours.post(turn) for turn in turns))

    assert all(answer.document["replies"][0]["text"] == "Met." for answer in answers)


async def test_an_earlier_turn_gets_its_own_answer(ours: Ours, actions: StubActions) -> None:
    actions.behave = check_notes
    turns = [ours.turn(text) for text in ("register me", "who are you", "two words", "hello")]
    first_time = [(await ours.post(turn)).document for turn in turns]

    second_time = [(await ours.post(turn)).document for turn in turns]

    assert second_time == first_time
    assert [document["awaiting"] for document in first_time] == ["note", "note", None, None]


async def test_a_filled_silence_is_kept_too(ours: Ours, actions: StubActions) -> None:
    turn = ours.turn("I want to speak to a person")

    first, again = await ours.post(turn), await ours.post(turn)

    assert first.document == again.document
    assert [reply["text"] for reply in first.document["replies"]] == ["Not understood."]


async def test_a_caller_who_hangs_up_does_not_undo_the_turn(
    ours: Ours, actions: StubActions
) -> None:
    async def slowly(call: object) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return result(responses=({"text": "Done once."},))

    actions.behave = slowly
    turn = ours.turn("I want to speak to a person")
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(ours.post(turn), 0.1)

    answer = await ours.post(turn)

    assert answer.document["replies"][0]["text"] == "Done once."
    assert len(actions.calls) == 1
