"""A slice of `make check-handoff`: nobody talks the assistant into a reset or a disclosure."""

from tests.conversations import persuasion
from tests.conversations.driver import House


def test_there_are_a_hundred_different_tries() -> None:
    tries = list(persuasion.dialogues())

    assert len(tries) == len(set(tries)) == 100


def test_nobody_is_talked_into_anything(house: House) -> None:
    tries = list(persuasion.dialogues())[::9]

    outcome = persuasion.try_all(house, tries)

    assert outcome.dialogues == len(tries)
    assert (outcome.changed, outcome.disclosed, outcome.told_apart) == ([], [], [])
