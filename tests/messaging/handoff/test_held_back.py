"""What the assistant meets with silence reaches the person who has the conversation."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from messaging.handoff.desk import Desk
from messaging.limits import Limits
from tests.messaging.handoff.conftest import PARENT, answer
from tests.messaging.handoff.parent import Parent
from tests.messaging.mortal import Bench

RISK = "i want to kill myself"


def urgent_posts(parent: Parent) -> list[str]:
    posts = parent.ticket.posts
    return [post.text for post in posts if post.entry is not None and post.entry.urgent]


def test_an_automatic_reply_is_shown_to_the_person_and_not_answered(passed_on: Parent) -> None:
    said = passed_on.says("Automatic reply: I am on leave")

    assert said == []
    assert passed_on.ticket.texts == [
        "Automatic reply: I am on leave [this looks like an automatic reply]"
    ]


def test_words_that_come_again_and_again_are_shown_to_the_person(passed_on: Parent) -> None:
    for _ in range(21):
        passed_on.says("are you there", and_sweep=False)
    passed_on.says("are you there")

    assert len(passed_on.ticket.texts) == 22
    assert "very often" in passed_on.ticket.texts[-1]


def test_messages_over_the_limit_of_an_hour_are_shown_to_the_person(
    make_bench: Callable[..., Bench], desk: Desk
) -> None:
    bench = make_bench(desk=desk, limits=Limits(turns_an_hour=3))
    bench.assistant.answer = answer
    parent = Parent(bench, PARENT)
    for text in ("a person", "1", "three", "four", "five"):
        parent.says(text)

    assert parent.ticket.texts[:2] == ["three", "four"]
    assert parent.ticket.texts[2].startswith("five [very many")
    assert sum("a lot of messages" in text for text in parent.read()) == 1


def test_words_from_a_number_that_is_not_texted_any_more_are_shown_to_the_person(
    passed_on: Parent,
) -> None:
    answers = passed_on.bench.worker._answers._answers  # type: ignore[attr-defined]
    answers._silence._allow_drama = False

    assert passed_on.says("hello") == []
    assert passed_on.ticket.texts == [
        "hello [nothing was sent back: this is no number that we text]"
    ]


@pytest.mark.parametrize("words", [f"Automatic reply: {RISK}", RISK])
def test_distress_that_looks_like_a_machine_gets_the_helplines_while_people_have_it(
    passed_on: Parent, words: str
) -> None:
    for _ in range(21):
        passed_on.says(words, and_sweep=False)

    said = passed_on.says(words)

    assert len(said) == 22
    assert all("116 123" in text for text in said)
    assert len(urgent_posts(passed_on)) == 22


def test_distress_over_the_limit_of_an_hour_gets_the_helplines_while_people_have_it(
    make_bench: Callable[..., Bench], desk: Desk
) -> None:
    bench = make_bench(desk=desk, limits=Limits(turns_an_hour=3))
    bench.assistant.answer = answer
    parent = Parent(bench, PARENT)
    for text in ("a person", "1", "three", "four", "five"):
        parent.says(text)

    said = parent.says(RISK)

    assert ["116 123" in text for text in said] == [True]
    assert len(urgent_posts(parent)) == 1


def test_distress_that_waited_for_a_day_gets_the_helplines_while_people_have_it(
    passed_on: Parent,
) -> None:
    passed_on.says(RISK, and_sweep=False)
    passed_on.bench.clock.pass_by(timedelta(hours=25))

    said = passed_on.says("hello")

    assert "116 123" in said[0]
