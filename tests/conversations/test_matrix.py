"""Every intent at every step gets words, and the conversation listens on."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from actions.core.intents import Intent
from tests.conversations.driver import Conversation, House
from tests.conversations.sentences import (
    SENTENCES,
    WORDS_TO_REPLY,
    words_offered,
)

PLACES: dict[str, Callable[[Conversation], Conversation]] = {
    "outside": lambda person: person,
    "invitation": Conversation.at_invitation,
    "number": Conversation.at_number,
    "code": Conversation.at_code,
    "new invitation": Conversation.at_new_invitation,
    "password": Conversation.at_password,
    "lost phone": Conversation.at_lost_phone,
    "app": Conversation.at_app,
    "app code": Conversation.at_app_code,
}
MAX_REPLIES = 3


def test_there_is_a_sentence_for_every_intent() -> None:
    assert set(SENTENCES) == set(Intent)


@pytest.mark.parametrize(
    ("place", "channel"),
    [
        *((place, "text") for place in PLACES),
        ("outside", "chat"),
        ("number", "chat"),
        ("password", "chat"),
        ("app code", "chat"),
    ],
)
def test_every_intent_at_every_step_is_answered(house: House, place: str, channel: str) -> None:
    person = PLACES[place](getattr(house, channel)())
    step = person.awaiting if person.last else None
    silent, odd, repeated, misread = [], [], [], []

    for intent, sentence in SENTENCES.items():
        if person.last is not None and person.awaiting != step:
            person = PLACES[place](getattr(house, channel)())
        before = person.shown[-1] if person.shown else []
        replies = person.says(sentence)
        if not replies or not all(reply.strip() for reply in replies):
            silent.append(sentence)
        if len(replies) > MAX_REPLIES or any("{" in r or "None" in r for r in replies):
            odd.append((sentence, replies))
        if set(before) & set(replies):
            repeated.append((sentence, before, replies))
        if house.intent_of(person) not in (intent, None):
            misread.append((sentence, house.intent_of(person)))

    assert silent == []
    assert odd == []
    assert repeated == []
    assert misread == [], "the sentences of this test must be understood"


@pytest.mark.parametrize("place", ["outside", "code", "new invitation", "app code"])
def test_the_same_message_again_and_again_is_never_answered_alike(house: House, place: str) -> None:
    alike = []
    for intent, sentence in SENTENCES.items():
        person = PLACES[place](house.text())
        answers = [person.says(sentence) for _ in range(3)]
        if intent in (Intent.GIVE_CODE, Intent.GIVE_PHONE_NUMBER) and place == "code":
            continue  # a wrong code counts down, a number is texted: facts, not a phrase
        alike += [
            (sentence, first, second)
            for first, second in pairwise(answers)
            if set(first) & set(second)
        ]

    assert alike == []


def test_every_word_that_a_text_of_ours_offers_is_tried() -> None:
    assert words_offered() == set(WORDS_TO_REPLY)


@pytest.mark.parametrize("place", ["outside", "code"])
@pytest.mark.parametrize(("word", "intent"), WORDS_TO_REPLY.items())
def test_a_word_that_we_tell_people_to_reply_is_understood(
    house: House, word: str, intent: Intent, place: str
) -> None:
    for written in (word, word.upper()):
        person = PLACES[place](house.text())

        person.says(written)

        assert house.intent_of(person) == intent, written
