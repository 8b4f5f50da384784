"""The authenticator app in the place of a mobile number, through the real servers."""

import pytest

from clients.hub import RegistrationState
from tests.conversations.driver import Conversation, House


def _is_finished(house: House, parent: Conversation, said: str) -> None:
    assert house.hub.state_of(parent.id) is RegistrationState.VERIFIED
    assert "https://hub.example/continue/" in parent.reveal(said)
    assert parent.awaiting is None
    assert "Local Offer" in parent.all("what is the local offer")


def test_a_parent_without_a_mobile_registers_with_an_app_in_the_web_chat(house: House) -> None:
    parent = house.chat().at_number()

    offered = parent.all("i dont have a mobile")
    shown = parent.says("app")
    extras = parent.shows
    done = parent.says(parent.app_code)

    assert "Reply app" in offered
    assert "QR code" in shown[-1]
    assert parent.reveal(extras["qr"]).startswith("otpauth://totp/")
    assert parent.reveal(extras["setup_key"]) == house_key(extras, parent)
    assert house.hub.number_of(parent.id) is None
    _is_finished(house, parent, done[-1])


def house_key(extras: dict[str, str], parent: Conversation) -> str:
    """Return the key as the QR code has it, in groups of four."""
    secret = parent.reveal(extras["qr"]).partition("secret=")[2].partition("&")[0]
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def test_by_text_the_page_comes_first_and_the_key_only_after_a_warning(house: House) -> None:
    parent = house.text().at_number()

    first = parent.says("i want to use the app")
    key = parent.all("ok")
    done = parent.says(parent.app_code)

    assert "hub's page" in first[0]
    assert "Anyone who sees" in first[1]
    assert "setup key" in parent.reveal(key).lower()
    assert house_has_key(key, parent)
    _is_finished(house, parent, done[-1])


def house_has_key(said: str, parent: Conversation) -> bool:
    """Tell whether the key stood in what was texted, and only by way of the vault."""
    shown = parent.reveal(said)
    return "__vault_" in said and any(len(part) == 4 for part in shown.split())


def test_no_key_is_texted_to_whom_says_no(house: House) -> None:
    parent = house.text().at_app()

    said = parent.all("no")
    after = parent.awaiting
    back = parent.all("text me")

    assert "__vault_" not in said
    assert "hub's page" in said
    assert after is None
    assert back


def test_a_wrong_code_of_the_app_tells_the_tries_left(house: House) -> None:
    parent = house.chat().at_app_code()
    right = parent.app_code
    wrong = ("1" if right[0] != "1" else "2") + right[1:]

    said = parent.all(wrong)
    short = parent.all("12345")
    done = parent.says(parent.app_code)

    assert "4 tries left" in said
    assert "too few" in short
    _is_finished(house, parent, done[-1])


def test_too_many_wrong_codes_lock_until_a_london_time(house: House) -> None:
    parent = house.chat().at_app_code()
    right = parent.app_code
    wrong = ("1" if right[0] != "1" else "2") + right[1:]
    for _ in range(4):
        parent.says(wrong)

    locked = parent.all(wrong)
    house.clock.advance(minutes=16)
    done = parent.says(parent.app_code)

    assert "locked until" in locked
    assert "person" in locked
    _is_finished(house, parent, done[-1])


def test_the_hour_is_over_and_a_new_key_is_shown(house: House) -> None:
    parent = house.chat().at_app_code()
    before = house.hub.app_of(parent.id).setup_key
    house.clock.advance(minutes=61)

    said = parent.all("123456")
    done = parent.says(parent.app_code)

    assert "new key" in said
    assert house.hub.state_of(parent.id) is RegistrationState.VERIFIED
    assert before not in str(done)


def test_the_right_code_twice_is_not_wrong(house: House) -> None:
    parent = house.chat().at_app_code()
    code = parent.app_code

    first = parent.all(code)
    second = parent.all(code)

    assert "https://hub.example" in parent.reveal(first)
    assert "not the app's code" not in second


@pytest.mark.parametrize("words", ["i cant scan the qr code", "resend"])
def test_the_key_is_shown_again_the_same(house: House, words: str) -> None:
    parent = house.chat().at_app_code()
    before = house.hub.app_of(parent.id).setup_key

    said = parent.all(words)

    assert "once more" in said
    assert parent.reveal(parent.shows["setup_key"]) == before


def test_from_the_app_to_texts_and_back(house: House) -> None:
    parent = house.text().at_app_code()

    asked = parent.all("i changed my mind, text me")
    number = parent.awaiting
    parent.says("07700 900456")
    code = parent.awaiting
    parent.says("app")
    app = parent.awaiting
    parent.says("ok")
    done = parent.says(parent.app_code)

    assert "ending 123" in asked
    assert (number, code, app) == (
        "registration_number",
        "registration_code",
        "authenticator_setup",
    )
    _is_finished(house, parent, done[-1])


def test_a_number_given_while_an_app_is_set_up_is_taken(house: House) -> None:
    parent = house.chat().at_app_code()

    said = parent.all("actually text me on 07700 900456")

    assert "ending 456" in said
    assert parent.awaiting == "registration_code"
    assert "verified" in parent.all(parent.code)


def test_the_texts_code_where_the_apps_is_asked_is_explained(house: House) -> None:
    parent = house.text().at_code()
    text_code = parent.code
    parent.says("app")
    parent.says("ok")

    said = parent.all(text_code)

    assert "A code from a text does not work here" in said
    assert parent.awaiting == "authenticator_code"


def test_an_app_wanted_before_the_invitation_is_not_asked_for_again(house: House) -> None:
    parent = house.chat()

    coached = parent.all("i want to use the app")
    parent.says("yes")
    shown = parent.all(parent.invited())
    done = parent.says(parent.app_code)

    assert "Google Play" in coached
    assert "QR code" in shown
    _is_finished(house, parent, done[-1])


def test_an_app_wanted_at_the_question_for_the_invitation(house: House) -> None:
    parent = house.chat().at_invitation()

    said = parent.all("app")
    shown = parent.all(parent.invited())

    assert "invitation code" in said
    assert "QR code" in shown


def test_who_has_registered_is_not_given_another_app(house: House) -> None:
    parent = house.text().at_code()
    parent.says(parent.code)
    house.hub.finish(parent.id)

    said = parent.all("i want to use the app")

    assert "registered already" in said
    assert parent.awaiting is None


def test_a_question_in_the_middle_keeps_the_app(house: House) -> None:
    parent = house.chat().at_app_code()

    said = parent.says("what is the local offer")
    done = parent.says(parent.app_code)

    assert "Local Offer" in said[0]
    assert "6 digits" in said[-1]
    _is_finished(house, parent, done[-1])


def test_leaving_and_taking_it_up_again(house: House) -> None:
    parent = house.chat().at_app_code()

    left = parent.all("exit")
    after = parent.awaiting
    back = parent.all("app")
    done = parent.says(parent.app_code)

    assert "reply register" in left
    assert after is None
    assert "QR code" in back
    _is_finished(house, parent, done[-1])


@pytest.mark.parametrize("fault", ["away", "html", "wrong_shape", "broken"])
def test_a_hub_that_fails_shows_no_key_and_verifies_nothing(house: House, fault: str) -> None:
    parent = house.chat().at_number()
    house.hub_server.fault = fault
    refused = parent.all("app")
    house.hub_server.fault = None
    parent.says("app")
    house.hub_server.fault = fault
    unchecked = parent.all(parent.app_code)
    house.hub_server.fault = None
    done = parent.says(parent.app_code)

    assert "did not answer" in refused
    assert "__vault_" not in refused
    assert "did not answer" in unchecked or "still not answering" in unchecked
    _is_finished(house, parent, done[-1])


def test_the_key_is_in_no_log_and_not_in_the_conversation(house: House) -> None:
    parent = house.chat().at_app_code()
    key = house.hub.app_of(parent.id).setup_key.replace(" ", "")

    logs = house.rasa.log.read_text() + house.actions.log.read_text()

    assert key not in logs.replace(" ", "")
    assert key not in str(parent.shown).replace(" ", "")
