"""Help with signing in, through the real servers."""

import pytest

from tests.conversations.driver import House


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("how do i sign in", "sign in page"),
        ("it says my account is locked", "no more for a time"),
        ("it says my email is not recognised", "your invitation was sent to"),
    ],
)
@pytest.mark.parametrize("channel", ["text", "chat"])
def test_each_trouble_gets_its_own_help(house: House, channel: str, words: str, said: str) -> None:
    parent = getattr(house, channel)()

    assert said in parent.all(words)
    assert parent.awaiting is None
    assert "Local Offer" in parent.all("what is the local offer")


def test_who_has_not_finished_is_led_on(house: House) -> None:
    parent = house.text().at_code()
    parent.says("exit")

    told = parent.all("i cant log in")
    back = parent.all("ok")

    assert "not finished registering" in told
    assert parent.awaiting == "registration_code"
    assert back


def test_who_has_no_password_yet_gets_the_link(house: House) -> None:
    parent = house.text().at_code()
    parent.says(parent.code)

    told = parent.all("how do i sign in")
    link = parent.all("ok")

    assert "choose a password" in told
    assert "https://hub.example/continue/" in parent.reveal(link)


def test_a_lock_is_told_with_its_end(house: House) -> None:
    parent = house.text().at_code()
    parent.says("exit")
    house.hub.lock(parent.id)

    assert "locked for you until" in parent.all("i am locked out")


def test_a_lock_of_somebody_else_is_never_told(house: House) -> None:
    locked = house.text().at_code()
    house.hub.lock(locked.id)
    stranger = house.text()

    assert "until" not in stranger.all("i am locked out")


def test_the_hub_is_away_and_the_page_is_named_all_the_same(house: House) -> None:
    parent = house.text()
    house.hub_server.fault = "away"

    said = parent.all("how do i sign in")
    house.hub_server.fault = None

    assert "sign in page" in said


def test_a_lost_phone_after_a_password_question(house: House) -> None:
    parent = house.text()
    parent.says("i forgot my password")

    said = parent.all("and i lost my phone as well")

    assert "recovery codes" in said
    assert parent.awaiting == "lost_phone_email"
