"""Which trouble with signing in a message is about, and what is told of a registration."""

from dataclasses import replace

import pytest

from actions.sign_in.topics import Topic, topic_of
from tests.actions.talk import Talk
from tests.fakes.hub import FakeHub

pytestmark = pytest.mark.anyio

ME = "sms-me"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("i am locked out", Topic.LOCKED),
        ("it says too many attempts", Topic.LOCKED),
        ("my account is blocked", Topic.LOCKED),
        ("it doesnt recognise my email", Topic.NOT_RECOGNISED),
        ("email not recognized", Topic.NOT_RECOGNISED),
        ("says wrong password", Topic.NOT_RECOGNISED),
        ("the link is dead how do i sign in", Topic.LINK),
        ("how do i sign in", Topic.PAGE),
        ("where is the clock", Topic.PAGE),
    ],
)
def test_the_trouble_is_told_by_its_words(text: str, topic: Topic) -> None:
    assert topic_of(text) is topic


async def _said(talk: Talk, text: str) -> list[str]:
    talk.hears(text, "sign_in_help")
    _, messages = await talk.run("action_sign_in_help")
    return [message["response"] for message in messages]


async def test_nothing_is_told_of_a_registration_that_is_not_this_conversations(
    talk: Talk, hub: FakeHub
) -> None:
    await hub.begin_registration("AB2C-3D4E", conversation_id="somebody else", key="1")
    hub.lock("somebody else")

    assert await _said(talk, "i am locked out") == ["utter_sign_in_locked"]


async def test_an_unfinished_registration_is_taken_up(at_number: Talk) -> None:
    assert await _said(at_number, "how do i sign in") == ["utter_sign_in_not_finished"]
    assert at_number.slots["core_offer"] == "carry_on"


async def test_a_password_is_all_that_is_missing(at_code: Talk, hub: FakeHub) -> None:
    await at_code.says(hub.code_of(ME), "give_code")

    assert await _said(at_code, "how do i sign in") == ["utter_sign_in_no_password"]


async def test_a_lock_is_told_with_its_end(at_code: Talk, hub: FakeHub) -> None:
    hub.lock(ME)

    assert await _said(at_code, "how do i sign in") == ["utter_sign_in_locked_until"]
    assert at_code.last_facts("utter_sign_in_locked_until")["until"]


async def test_a_complete_registration_gets_the_ordinary_help(at_code: Talk, hub: FakeHub) -> None:
    await at_code.says(hub.code_of(ME), "give_code")
    hub.finish(ME)

    assert await _said(at_code, "how do i sign in") == ["utter_sign_in_page"]


async def test_the_page_is_named_by_its_address_once(talk: Talk) -> None:
    talk.services = replace(
        talk.services,
        contacts=replace(talk.services.contacts, sign_in_url="https://hub.example/in"),
    )
    talk.hears("how do i sign in", "sign_in_help")
    _, first = await talk.run("action_sign_in_help")
    talk.hears("where do i sign in", "sign_in_help")
    _, again = await talk.run("action_sign_in_help")

    assert [m["response"] for m in first] == ["utter_sign_in_page", "utter_sign_in_address"]
    assert [m["response"] for m in again] == ["utter_sign_in_page_again"]
