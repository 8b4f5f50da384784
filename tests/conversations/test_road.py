"""The road, from the first text to the link, through the real servers."""

import pytest
from redis import Redis

from clients.hub import RegistrationState
from tests.conversations.driver import Conversation, House

MAX_TEXTS = 8
"""For a whole registration by text, from us."""


def test_a_parent_registers_by_text(house: House) -> None:
    parent = house.text()

    hello = parent.says("hi")
    begun = parent.says("yes i have")
    invited = parent.says(f"the code is {parent.invited()}")
    accepted = parent.says("ok")
    done = parent.says(f"{parent.code} is your security code for the EHC Hub")

    assert "automated" in hello[0]
    assert "https://hub.example/privacy" in hello[0]
    assert "invitation code" in begun[0]
    assert "ending 123" in invited[0]
    assert "ending 123" in accepted[0]
    assert "verified" in done[0]
    assert "https://hub.example/continue/" in parent.reveal(done[0])
    assert house.hub.state_of(parent.id) is RegistrationState.VERIFIED
    assert house.hub.number_of(parent.id) == "07700900123"
    assert sum(len(replies) for replies in parent.shown) <= MAX_TEXTS
    assert parent.awaiting is None


def test_a_parent_registers_in_the_web_chat(house: House) -> None:
    parent = house.chat()

    parent.says("I want to register")
    asked = parent.says(parent.invited())
    sent = parent.says("07700 900456")
    done = parent.says(parent.code)

    assert "mobile number" in asked[0]
    assert "ending 456" in sent[0]
    assert parent.reveal(done[0]).rpartition(" ")[2].startswith("https://hub.example/")
    assert house.hub.number_of(parent.id) == "07700 900456"


def test_everything_in_one_text(house: House) -> None:
    parent = house.text()

    said = parent.says(f"register me, invitation code {parent.invited()}, mobile 07700 900456")

    assert "ending 456" in said[-1]
    assert parent.awaiting == "registration_code"


def test_first_contact_is_said_once_and_before_anything_else(house: House) -> None:
    parent = house.text()

    first = parent.says("how do i sign in")
    second = parent.says("what is the local offer")

    assert "automated" in first[0]
    assert "sign in page" in first[1]
    assert "automated" not in " ".join(second)


def test_nothing_sensitive_stays_in_rasa_or_the_logs(house: House) -> None:
    parent = house.text(sender="07700900147")
    invitation = parent.invited()
    parent.says("I want to register")
    parent.says(f"my code is {invitation}")
    parent.says("use 07700 900258")
    code = parent.code
    parent.says(f"my password is Elephant77Garden and the code is {code}")
    parent.says(f"its {code}")
    parent.says("my email is parent.planted@example.com")
    link = parent.reveal(parent.shown[-2][0] if parent.shown[-2] else "")
    planted = [invitation, "900147", "900258", code, "Elephant77Garden", "parent.planted"]

    with Redis.from_url(house.redis.url) as redis:
        kept = b"".join(
            redis.dump(key) or b"" for key in redis.scan_iter("*") if not key.startswith(b"vault:")
        )
        told = b"".join(
            b" ".join(redis.hvals(key)) if redis.type(key) == b"hash" else b""
            for key in redis.scan_iter("rasa:*")
        )
    logs = house.rasa.log.read_text() + house.actions.log.read_text()

    found = [secret for secret in planted if secret.encode() in kept + told or secret in logs]
    assert found == []
    assert "hub.example/continue" not in logs + told.decode(errors="replace")
    assert link


@pytest.mark.parametrize("step", ["at_invitation", "at_number", "at_code"])
def test_a_session_that_was_lost_goes_on_where_it_was(house: House, step: str) -> None:
    parent: Conversation = getattr(house.text(), step)()
    awaited = parent.awaiting
    with Redis.from_url(house.redis.url) as redis:
        for key in redis.scan_iter("rasa:*"):
            if parent.id.encode() in key:
                redis.delete(key)

    parent.says("hello")
    parent.says("i want to register")

    assert parent.awaiting == awaited


def test_the_same_turn_handed_in_twice_is_answered_alike_and_done_once(house: House) -> None:
    parent = house.text().at_code()
    wrong = house.hub.wrong_code_of(parent.id)

    first = parent.says(wrong, turn_id="the-same-turn-" + parent.id)
    second = parent.says(wrong, turn_id="the-same-turn-" + parent.id)
    third = parent.says(wrong)

    assert first == second
    assert "4 tries" in first[0]
    assert "3 tries" in third[0]


def test_buttons_of_the_web_chat_say_what_words_say(house: House) -> None:
    parent = house.chat()
    parent.says("hello")

    begun = parent.presses("Yes")

    assert "invitation code" in begun[0]
    assert parent.awaiting == "registration_invitation"
