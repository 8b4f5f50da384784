"""Families share phones, lose them, have none, begin in one place and go on in another."""

import pytest
from redis import Redis

from clients.hub import DeliveryReason, DeliveryState, RegistrationState
from tests.conversations.driver import Conversation, House


def _forget(house: House, parent: Conversation) -> None:
    """Let the session expire, as it does after a day of silence."""
    with Redis.from_url(house.redis.url) as redis:
        for key in redis.scan_iter("rasa:*"):
            if parent.id.encode() in key:
                redis.delete(key)


def test_two_parents_register_on_one_phone(house: House) -> None:
    phone = house.text()
    phone.at_code().says(phone.code)
    first = house.hub.state_of(phone.id)
    house.hub.finish(phone.id)

    told = phone.all("hi its the other parent now, i want to register")
    phone.says(phone.invited())
    asked = phone.awaiting
    phone.says("ok")
    house.clock.advance(seconds=91)
    done = phone.all(phone.code)

    assert first is RegistrationState.VERIFIED
    assert "another invitation" in told
    assert asked == "registration_number"
    assert "verified" in done
    assert house.hub.number_of(phone.id) == "07700900123"
    assert house.hub.state_of(phone.id) is RegistrationState.VERIFIED


def test_another_invitation_in_the_middle_is_another_registration(house: House) -> None:
    phone = house.text().at_code()
    phone.says("exit")
    before = house.hub.number_of(phone.id)

    phone.says(f"my invitation code is {phone.invited()}")

    assert before == "07700 900456"
    assert phone.awaiting == "registration_number"
    assert house.hub.number_of(phone.id) is None


def test_begun_in_the_web_chat_and_finished_by_text(house: House) -> None:
    web, phone = house.chat(), house.text()
    invitation = web.invited()
    web.says("i want to register")
    web.says(invitation)
    web.says("07700 900123")
    code = web.code

    alone = phone.all(code)
    house.clock.advance(seconds=31)
    phone.says(invitation)
    phone.says("ok")
    done = phone.all(phone.code)

    assert "web chat" in alone
    assert "verified" in done
    assert house.hub.state_of(phone.id) is RegistrationState.VERIFIED


@pytest.mark.parametrize(
    ("words", "then"),
    [("no wait 07700 900572", "ending 572"), ("no its 07700 900572", "ending 572")],
)
def test_a_number_is_corrected_in_passing(house: House, words: str, then: str) -> None:
    parent = house.text().at_code()
    house.clock.advance(seconds=31)

    said = parent.all(words)

    assert then in said
    assert house.hub.number_of(parent.id) == "07700 900572"
    assert "verified" in parent.all(parent.code)


@pytest.mark.parametrize("words", ["i dont have a mobile", "ive got no mobile phone"])
def test_no_mobile_at_all_has_a_way(house: House, words: str) -> None:
    parent = house.chat().at_number()

    offered = parent.all(words)
    parent.says("app")
    done = parent.says(parent.app_code)

    assert "Reply app" in offered
    assert house.hub.state_of(parent.id) is RegistrationState.VERIFIED
    assert "https://hub.example" in parent.reveal(done[-1])


def test_a_code_that_never_comes_leads_to_the_app_or_a_person(house: House) -> None:
    parent = house.text().at_code()
    house.hub.delivery = (DeliveryState.UNDELIVERED, DeliveryReason.HANDSET_OFF)

    soon = parent.all("no code came")
    house.clock.advance(seconds=31)
    second = parent.all("still nothing")
    ways = parent.all("app")

    assert "30 seconds" in soon or "seconds" in soon
    assert "same code again" in second
    assert "reply app" in second
    assert "person" in second
    assert parent.awaiting == "authenticator_setup"
    assert ways


@pytest.mark.parametrize(
    ("at", "word"),
    [
        ("at_new_invitation", "new invitation"),
        ("at_password", "reset your password"),
        ("at_lost_phone", "call you"),
        ("at_app_code", "app"),
    ],
)
def test_where_was_i(house: House, at: str, word: str) -> None:
    parent: Conversation = getattr(house.chat(), at)()
    awaited = parent.awaiting

    said = parent.all("where am i up to with my registration")

    assert word in said
    assert parent.awaiting == awaited


@pytest.mark.parametrize("at", ["at_new_invitation", "at_password", "at_lost_phone", "at_app_code"])
def test_start_over_begins_the_same_matter_again(house: House, at: str) -> None:
    parent: Conversation = getattr(house.chat(), at)()
    awaited = parent.awaiting

    said = parent.says("start over")

    assert "begin" in said[0]
    assert parent.awaiting == awaited


@pytest.mark.parametrize("at", ["at_new_invitation", "at_password", "at_lost_phone"])
def test_after_a_day_of_silence_the_matter_can_be_taken_up(house: House, at: str) -> None:
    parent: Conversation = getattr(house.text(), at)()
    awaited = parent.awaiting
    _forget(house, parent)

    parent.says("hello again")
    getattr(parent, at)()

    assert parent.awaiting == awaited


def test_after_a_day_of_silence_a_question_is_answered_and_the_step_is_told(house: House) -> None:
    parent = house.text().at_code()
    code = parent.code
    _forget(house, parent)

    answered = parent.all("where do i find the local offer")
    carried_on = parent.all("yes")
    parent.says(code)

    assert "Local Offer" in answered
    assert "The next step is the code we texted" in answered
    assert "6-digit" in carried_on or "6 digits" in carried_on
    assert house.hub.state_of(parent.id) is RegistrationState.VERIFIED


def test_after_a_day_of_silence_an_app_is_set_up_with_another_key_or_the_same(
    house: House,
) -> None:
    parent = house.chat().at_app_code()
    _forget(house, parent)
    house.clock.advance(minutes=61)

    back = parent.all("i want to use the app")
    done = parent.says(parent.app_code)

    assert "QR code" in back
    assert house.hub.state_of(parent.id) is RegistrationState.VERIFIED
    assert "https://hub.example" in parent.reveal(done[-1])


def test_both_requests_of_one_message_are_dealt_with(house: House) -> None:
    parent = house.text()

    said = parent.all("what is the local offer? also i forgot my password")

    assert "Local Offer" in said
    assert parent.awaiting == "password_reset_email"


def test_coached_first_and_then_done_together(house: House) -> None:
    parent = house.text()

    coached = parent.all("text me the code")
    parent.says("register")
    parent.says(parent.invited())
    parent.says("ok")
    on_the_page = parent.all("where do i click on the hub page to get the code by text")
    done = parent.all(parent.code)

    assert '"Use SMS instead of an app"' in coached
    assert '"Use SMS instead of an app"' in on_the_page
    assert "verified" in done
