"""Paths 46 to 56: the conversation around it."""

import time
from collections.abc import Callable

import pytest

from tests.e2e.conftest import CONTACT
from tests.e2e.paths.walker import Visitor, Walker, forgets, rows
from tests.standins.simulated import SimulatorCarrier

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

Make = Callable[..., Walker]


def in_database(parent: Walker, words: str) -> bool:
    """Tell whether words stand in any stored message."""
    with rows(parent.product, "messaging.db") as connection:
        found = connection.execute(
            "SELECT count(*) FROM messages WHERE text LIKE ?", (f"%{words}%",)
        )
        return bool(found.fetchone()[0])


def test_path_46_stop_in_mid_flow_silences_and_start_goes_on_where_it_was(parent: Walker):
    code = parent.goes_to_code()

    parent.stops()
    parent.turn("hello are you there")

    assert not parent.screen()
    assert parent.at_hub == "code_needed"
    parent.turn("START")
    parent.gives_code(code)


@pytest.mark.parametrize("word", ["exit", "leave this", "stop that", "cancel please"])
def test_path_46_leaving_the_form_is_not_an_opt_out(parent: Walker, word: str):
    code = parent.goes_to_code()

    assert "reply register" in parent.turn(word)

    assert parent.at_hub == "code_needed"
    assert "6" in parent.turn("register")
    parent.gives_code(code)


def test_path_46_stop_texting_me_is_an_opt_out(parent: Walker):
    parent.goes_to_number()

    assert "no more texts" in parent.turn("please stop texting me")

    parent.turn("ok")
    assert not parent.screen()
    assert parent.at_hub == "number_needed"
    parent.turn("START")
    parent.gives_number()


def test_path_47_help_says_what_this_is_and_changes_nothing(parent: Walker):
    code = parent.goes_to_code()

    answer = parent.turn("HELP")

    assert "automated" in answer
    assert CONTACT["CONTACT_PHONE"] in answer
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_47_yes_is_an_answer_although_networks_know_it(parent: Walker):
    parent.goes_to_number()

    assert "type the 6" in parent.turn("YES").lower()

    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(parent.code())


def test_path_48_an_answer_days_later_goes_on_where_it_was(parent: Walker):
    code = parent.goes_to_code()
    forgets(parent.product, parent.conversation_id)

    back = parent.turn("hello")

    assert "automated" in back
    assert "code" in back
    assert parent.at_hub == "code_needed"
    assert "6" in parent.turn("ok")
    parent.gives_code(code)


def test_path_48_a_code_days_later_is_still_that_code(parent: Walker):
    code = parent.goes_to_code()
    forgets(parent.product, parent.conversation_id)

    answer = parent.turn(f"its {code}")

    assert "verified" in answer
    assert parent.at_hub == "verified"
    assert parent.turn("what now")
    assert parent.turn("thanks")


def test_path_49_three_texts_in_a_row_are_answered_in_order(parent: Walker):
    invitation = parent.is_invited()
    before = len(parent._states())
    for text in ("hi sorry to bother you", "i got an invitation", f"its {invitation}"):
        parent.phone.text(text)

    answer = parent.answer_to(before + 3)

    assert answer.rstrip().endswith("mobile number.")
    assert parent.at_hub == "number_needed"
    parent.gives_number()


def test_path_50_a_text_that_the_carrier_delivers_twice_is_answered_once(
    parent: Walker, carrier: SimulatorCarrier
):
    parent.goes_to_number()
    carrier.order("webhook", "duplicate", number=parent.number)

    parent.turn("who are you")
    time.sleep(1)

    assert parent.screen() == ""
    assert parent.at_hub == "number_needed"
    parent.gives_number()


def test_path_51_an_automatic_reply_is_not_answered(parent: Walker):
    code = parent.goes_to_code()

    parent.turn("Auto reply: I am out of the office until Monday.")

    assert not parent.screen()
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_51_a_machine_that_repeats_itself_is_left_alone(parent: Walker):
    code = parent.goes_to_code()

    answers = [parent.turn("Thank you for your message") for _ in range(23)]

    assert answers[-1] == ""
    assert parent.at_hub == "code_needed"
    parent.gives_code(code)
    assert parent.turn("who are you")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "words"),
        ("👍", ""),
        ("😀😀😀", ""),
        ('Liked "Type the 6-digit code"', "reactions"),
        ("BEGIN:VCARD\nVERSION:3.0\nFN:Jo\nTEL:07700900123\nEND:VCARD", "pictures or files"),
    ],
    ids=["blank", "thumb", "emoji", "reaction", "contact card"],
)
def test_path_52_what_is_no_text_is_told_so(parent: Walker, body: str, words: str):
    code = parent.goes_to_code()

    answer = parent.turn(body)

    assert answer
    assert words in answer
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_52_a_picture_is_told_so(parent: Walker, carrier: SimulatorCarrier):
    code = parent.goes_to_code()
    before = len(parent._states())
    photo = {"url": "https://council.example/photo.jpg", "content_type": "image/jpeg"}
    carrier.post(f"/phones/{parent.number}/texts", {"body": "", "media": [photo]})

    assert "pictures or files" in parent.answer_to(before + 1)

    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


@pytest.mark.parametrize(
    "words",
    [
        "i cant do this anymore i want to end my life",
        "my husband hits me and i am scared",
        "someone is hurting my son",
    ],
)
def test_path_53_distress_comes_before_everything(parent: Walker, words: str):
    code = parent.goes_to_code()

    answer = parent.turn(words)

    for number in ("999", "116 123", "0800 1111"):
        assert number in answer
    assert "code" not in answer.lower()
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


@pytest.mark.parametrize(
    "words",
    ["you are bloody useless", "this is a disgrace i want to complain", "who is this?"],
)
def test_path_53_anger_and_who_is_this_get_a_calm_answer_and_a_person(parent: Walker, words: str):
    code = parent.goes_to_code()

    answer = parent.turn(words)

    assert "person" in answer or CONTACT["CONTACT_PHONE"] in answer
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


@pytest.mark.parametrize(
    ("words", "secret"),
    [
        ("my password is Bluebell44!x", "Bluebell44"),
        ("my NI number is QQ 12 34 56 C", "12 34 56"),
        ("his nhs number is 943 476 5919", "476 5919"),
    ],
)
def test_path_54_what_must_not_be_sent_is_not_kept_nor_repeated(
    parent: Walker, words: str, secret: str
):
    code = parent.goes_to_code()

    answer = parent.turn(words)

    assert answer
    assert secret not in answer
    assert not in_database(parent, secret)
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nie rozumiem, proszę po polsku", "PERSON"),
        ("mujhe angrezi nahi aati", "PERSON"),
        ("dw i ddim yn siarad saesneg", "PERSON"),
        ("do you speak bengali", "PERSON"),
    ],
)
def test_path_55_another_language_is_answered_in_it(parent: Walker, words: str, said: str):
    code = parent.goes_to_code()

    answer = parent.turn(words)

    assert said in answer
    assert CONTACT["CONTACT_PHONE"] in answer
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_56_who_waits_for_a_person_and_writes_again_is_not_begun_anew(parent: Walker):
    code = parent.goes_to_code()

    answer = parent.turn("I want to talk to a person")

    assert CONTACT["CONTACT_PHONE"] in answer
    assert parent.at_hub == "code_needed"
    assert "automated assistant of" not in parent.turn("hello? anyone?")
    parent.asks_then_gives_code(code)


def test_path_56_the_web_chat_names_the_helpdesk_too(visitor: Visitor):
    visitor.turn("hello")

    answer = visitor.turn("can I speak to a real person")

    assert CONTACT["CONTACT_PHONE"] in answer
    assert visitor.at_hub is None
    assert visitor.turn("ok thanks")
    assert visitor.turn("I have an invitation")
