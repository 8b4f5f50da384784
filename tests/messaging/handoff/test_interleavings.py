"""A slice of `make check-handoff`: the same runs, fewer of them."""

import pytest

from messaging.errors import Overtaken
from messaging.handoff import board
from messaging.handoff.states import MOVES, WITH_PEOPLE, IllegalMove, State, check
from messaging.log import append
from tests.messaging.handoff.interleavings import Run
from tests.messaging.handoff.parent import Parent
from tests.messaging.mortal import Bench


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_lost_doubled_or_misdirected_and_nobody_speaks_twice(
    staffed: Bench, seed: int
) -> None:
    found = Run(staffed, seed).go()

    assert found.is_clean, found.detail
    assert found.words > 0


def test_the_watch_sees_an_assistant_that_speaks_out_of_turn(staffed: Bench) -> None:
    """The proof above can fail: a worker that forgets to ask the switchboard is caught."""
    run = Run(staffed, 0)
    parent = run.parents[0]
    parent.says("a person")
    parent.says("1")
    staffed.worker._answers._answers._switchboard = None  # type: ignore[attr-defined]

    parent.says("is anybody there")

    assert run.judge().two_speakers == 1


def test_the_watch_sees_a_sentence_of_the_assistants_that_the_service_says(
    staffed: Bench,
) -> None:
    run = Run(staffed, 0)
    parent = run.parents[0]
    parent.says("a person")
    parent.says("1")
    offered = staffed.texts.say("utter_support_offer_choice", channel="sms")
    with staffed.database.transaction() as connection:
        now = staffed.clock.now()
        append(connection, parent.conversation_id, author="service", text=offered, now=now)

    assert run.judge().two_speakers == 1


def test_words_in_a_ticket_that_was_closed_over_them_do_not_count_as_heard(
    staffed: Bench,
) -> None:
    run = Run(staffed, 0)
    parent = run.parents[0]
    parent.says("a person")
    parent.says("1")
    staffed.helpdesk.only.is_closed = True
    parent.says("is anybody there")

    found = run.judge()

    assert (found.unread, found.stuck) == (1, 1)
    assert not found.is_clean


@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("after", list(State))
def test_only_listed_moves_are_made(before: State, after: State) -> None:
    is_listed = before is after or after in MOVES[before]
    if is_listed:
        check(before, after)
    else:
        with pytest.raises(IllegalMove):
            check(before, after)


def test_from_every_state_there_is_a_way_back_to_the_assistant() -> None:
    assert set(State) - {State.BOT} - {s for s in State if State.BOT in MOVES[s]} == set()
    assert {State.BOT, State.OFFERED}.isdisjoint(WITH_PEOPLE)


def test_of_two_moves_from_the_same_version_one_is_refused(staffed: Bench) -> None:

    parent = Parent(staffed, "+447700900101")
    parent.says("hello")
    place = parent.place
    with staffed.database.transaction() as connection:
        board.move(connection, place, State.OFFERED, now=staffed.clock.now())
    with pytest.raises(Overtaken), staffed.database.transaction() as connection:
        board.move(connection, place, State.OFFERED, now=staffed.clock.now())

    assert parent.place.version == 1
