"""One turn at a time, and what is said when it takes long."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clients.errors import Refused
from messaging.store.schema import conversations, messages
from tests.messaging.mortal import Bench
from wire.envelope import Turn, TurnAnswer

PARENT = "+447700900101"


def states(bench: Bench) -> list[str]:
    with bench.database.reading() as connection:
        rows = connection.execute(
            select(messages.c.state).where(messages.c.author == "person").order_by(messages.c.seq)
        )
        return list(rows.scalars())


@pytest.mark.parametrize(("seconds", "is_told"), [(29, False), (30, True), (31, True)])
def test_a_delay_is_told_after_thirty_seconds(bench: Bench, seconds: int, is_told: bool) -> None:
    bench.assistant.is_away = True
    bench.arrives(PARENT, "hello", "SM1")
    bench.sweep()

    bench.clock.pass_by(timedelta(seconds=seconds))
    bench.sweep()

    assert any("There is a delay" in body for body in bench.carrier.bodies(PARENT)) is is_told


def test_a_delay_is_told_once_and_the_answer_follows(bench: Bench) -> None:
    bench.assistant.is_away = True
    bench.arrives(PARENT, "hello", "SM1")
    for _ in range(8):
        bench.sweep()
        bench.clock.pass_by(timedelta(seconds=31))
    bench.assistant.is_away = False
    bench.sweep()

    bodies = bench.carrier.bodies(PARENT)
    assert ["There is a delay" in body for body in bodies] == [True, False]
    assert bodies[-1] == "You said: hello"


def test_a_worker_that_lost_its_lease_stores_nothing(bench: Bench) -> None:
    bench.arrives(PARENT, "hello", "SM1")
    answer = bench.assistant.answer
    calls: list[str] = []

    def slow(turn: Turn) -> TurnAnswer:
        calls.append(turn.turn_id)
        if len(calls) == 1:
            # So slow that another worker takes over, and answers.
            bench.clock.pass_by(timedelta(seconds=21))
            bench.worker.work(turn.conversation_id)
        return answer(turn)

    bench.assistant.answer = slow
    bench.sweep()

    assert len(calls) == 2
    assert calls[0] == calls[1]
    assert bench.carrier.bodies(PARENT) == ["You said: hello"]


def test_while_somebody_works_on_a_conversation_nobody_else_does(bench: Bench) -> None:
    bench.arrives(PARENT, "hello", "SM1")
    answer = bench.assistant.answer

    def nosy(turn: Turn) -> TurnAnswer:
        assert bench.worker.work(turn.conversation_id) == 0
        return answer(turn)

    bench.assistant.answer = nosy
    bench.sweep()

    assert bench.carrier.bodies(PARENT) == ["You said: hello"]


def test_a_turn_that_rasa_cannot_read_is_set_aside_and_the_next_one_goes_on(bench: Bench) -> None:
    bench.arrives(PARENT, "bad", "SM1")
    bench.arrives(PARENT, "good", "SM2")
    answer = bench.assistant.answer

    def picky(turn: Turn) -> TurnAnswer:
        if turn.text == "bad":
            raise Refused("rasa", status=400)
        return answer(turn)

    bench.assistant.answer = picky
    bench.sweep()

    assert states(bench) == ["dead", "done"]
    assert "could not deal with your message" in bench.carrier.bodies(PARENT)[0]
    assert bench.carrier.bodies(PARENT)[1] == "You said: good"


def test_a_wrong_token_is_tried_again_and_not_blamed_on_the_parent(bench: Bench) -> None:
    bench.arrives(PARENT, "hello", "SM1")
    answer = bench.assistant.answer

    def refuses(_turn: Turn) -> TurnAnswer:
        raise Refused("rasa", status=401)

    bench.assistant.answer = refuses
    bench.sweep()
    bench.assistant.answer = answer
    bench.clock.pass_by(timedelta(seconds=2))
    bench.sweep()

    assert bench.carrier.bodies(PARENT) == ["You said: hello"]


@pytest.mark.parametrize(("hours", "state"), [(24, "done"), (24.001, "dead")])
def test_after_a_day_there_is_nothing_left_to_answer(
    bench: Bench, hours: float, state: str
) -> None:
    bench.arrives(PARENT, "hello", "SM1")

    bench.clock.pass_by(timedelta(hours=hours))
    bench.sweep()

    assert states(bench) == [state]


def test_values_are_erased_with_the_end_of_the_turn(bench: Bench) -> None:
    bench.arrives(PARENT, "my code is 482913", "SM1")
    with bench.database.reading() as connection:
        before = connection.execute(select(messages.c.sealed_values)).scalars().all()

    bench.sweep()

    with bench.database.reading() as connection:
        after = connection.execute(select(messages.c.sealed_values)).scalars().all()
    assert before[0] is not None
    assert set(after) == {None}


def test_an_idle_conversation_is_given_back(bench: Bench) -> None:
    bench.arrives(PARENT, "hello", "SM1")

    bench.sweep()

    with bench.database.reading() as connection:
        row = connection.execute(
            select(conversations.c.work_due_at, conversations.c.lease_until)
        ).one()
    assert tuple(row) == (None, None)
