"""Paths 46 to 56: the conversation around it."""

import re
import time
from collections.abc import Callable

import pytest

from messaging.translations import Translations
from tests.e2e.conftest import CONTACT
from tests.e2e.journey import PATIENCE_S
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


def test_path_46_leaving_the_form_is_not_an_opt_out(parent: Walker):
    code = parent.goes_to_code()

    for words in ("exit", "leave this", "stop that", "cancel please"):
        assert "reply register" in parent.turn(words), words
        assert parent.at_hub == "code_needed"
        assert "6" in parent.turn("register")
    parent.gives_code(code)


def test_path_46_the_bare_words_of_networks_stop_texts_and_start_brings_them_back(parent: Walker):
    code = parent.goes_to_code()

    for word in ("CANCEL", "END", "QUIT"):
        parent.stops(word)
        parent.turn("hello")
        assert not parent.screen(), f"answered after {word}"
        assert parent.at_hub == "code_needed"
        parent.turn("START")
        assert "6" in parent.turn("register")
        assert not urgent(parent), f"{word} was taken for a cry for help"
    parent.asks_then_gives_code(code)


def urgent(parent: Walker) -> int:
    """Return how often somebody was called to this parent at once."""
    with rows(parent.product, "messaging.db") as connection:
        found = connection.execute(
            "SELECT count(*) FROM handoffs WHERE conversation_id = ? AND urgent",
            (parent.conversation_id,),
        )
        return int(found.fetchone()[0])


def test_path_46_stop_texting_me_is_an_opt_out(parent: Walker):
    parent.goes_to_number()

    assert "no more texts" in parent.turn("please stop texting me")

    parent.turn("ok")
    assert not parent.screen()
    assert parent.at_hub == "number_needed"
    parent.turn("START")
    parent.gives_number()


@pytest.mark.parametrize("word", ["HELP", "INFO"])
def test_path_47_help_says_what_this_is_and_changes_nothing(parent: Walker, word: str):
    code = parent.goes_to_code()

    answer = parent.turn(word)

    assert "automated" in answer
    assert CONTACT["CONTACT_PHONE"] in answer
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_47_yes_is_an_answer_although_networks_know_it(parent: Walker):
    parent.goes_to_number()

    assert "type the 6" in parent.turn("YES").lower()

    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(parent.code())


def test_path_47_start_and_unstop_as_an_answer_lose_nothing(parent: Walker):
    parent.goes_to_number()

    for word in ("START", "UNSTOP"):
        assert "get texts" in parent.turn(word), word
        assert parent.at_hub == "number_needed"
        assert "automated" in parent.turn("who are you")
    parent.gives_number()


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
    parent.goes_on_verified()


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

    answer = parent.turn("who are you")

    # Whatever a second answer would take: a whole turn after it.
    assert answer.count("automated") == 1
    assert "automated" not in parent.turn("what is the local offer")
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
    assert "automated" in parent.turn("who are you")
    assert parent.at_hub == "verified"


def test_path_52_what_is_no_text_is_told_so(parent: Walker):
    code = parent.goes_to_code()

    parent.is_refused("", "without any words")
    parent.is_refused("👍", "6 digits")
    answer = parent.turn("😀😀😀")
    assert "not understand" in answer or "cannot help with that" in answer
    assert "6-digit" in answer
    parent.is_refused('Liked "Type the 6-digit code"', "reactions")
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Jo\nTEL:07700900123\nEND:VCARD"
    parent.is_refused(card, "pictures or files")
    parent.asks_then_gives_code(code)


def test_path_52_a_picture_is_told_so(parent: Walker, carrier: SimulatorCarrier):
    code = parent.goes_to_code()
    before = len(parent._states())
    photo = {"url": "https://council.example/photo.jpg", "content_type": "image/jpeg"}
    carrier.post(f"/phones/{parent.number}/texts", {"body": "", "media": [photo]})

    assert "pictures or files" in parent.answer_to(before + 1)

    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_53_distress_comes_before_everything(parent: Walker):
    code = parent.goes_to_code()

    for words in (
        "i cant do this anymore i want to end my life",
        "my husband hits me and i am scared",
        "someone is hurting my son",
    ):
        answer = parent.turn(words)
        for number in ("999", "116 123", "0800 1111", CONTACT["SAFEGUARDING_PHONE"]):
            assert number in answer, words
        assert "code" not in answer.lower()
        assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_53_anger_strangers_and_the_press_get_a_calm_answer_and_a_person(parent: Walker):
    code = parent.goes_to_code()

    for words in (
        "you are bloody useless",
        "this is a disgrace i want to complain",
        "who is this?",
        "wrong person, i dont know anything about this",
        "im a journalist from the sentinel and want to ask about your waiting times",
    ):
        answer = parent.turn(words)
        assert "person" in answer or CONTACT["CONTACT_PHONE"] in answer, f"{words!r}: {answer}"
        assert not re.search(r"\b\d+ (?:week|month)s?\b", answer)
        assert parent.at_hub == "code_needed"
        if "or 3 to stay with me" in answer:
            assert "did not pass anything on" in parent.turn("3")
    parent.asks_then_gives_code(code)


def test_path_54_what_must_not_be_sent_is_not_kept_nor_repeated(parent: Walker):
    code = parent.goes_to_code()

    for words, secret, told in (
        ("my password is Bluebell44!x", "Bluebell44", "do not need a password"),
        ("my NI number is QQ 12 34 56 C", "12 34 56", "do not need an NHS or National Insurance"),
        ("who are you", "QQ", "automated"),
        ("his nhs number is 943 476 5919", "476 5919", "do not need an NHS or National Insurance"),
    ):
        answer = parent.turn(words)
        assert told in answer, words
        assert "too many digits" not in answer
        assert secret not in answer
        assert not in_database(parent, secret)
        assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_54_a_childs_details_are_said_once_to_be_of_no_need(parent: Walker):
    code = parent.goes_to_code()

    first = parent.turn("my son jamie has autism, his date of birth is 3/4/2015")
    again = parent.turn("he was born on 3/4/2015 and has adhd")

    assert "no need to send me a child's name" in first
    assert "no need to send" not in again
    assert "jamie" not in first.lower()
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_55_another_language_is_answered_in_it(parent: Walker):
    code = parent.goes_to_code()
    translations = Translations(("pl", "ur", "pa", "ro", "bn", "cy"))

    for words, language in (
        ("nie rozumiem, proszę po polsku", "pl"),
        ("mujhe angrezi nahi aati", "ur-Latn"),
        ("مجھے انگریزی نہیں آتی", "ur"),
        ("ਮੈਨੂੰ ਅੰਗਰੇਜ਼ੀ ਨਹੀਂ ਆਉਂਦੀ", "pa"),
        ("nu înțeleg engleza, vă rog", "ro"),
        ("dw i ddim yn siarad saesneg", "cy"),
        ("do you speak bengali", "bn"),
    ):
        answer = parent.turn(words)
        assert translations.say(language, "help") in answer, words
        assert CONTACT["CONTACT_PHONE"] in answer, words
        assert parent.at_hub == "code_needed"
    in_english = parent.turn("HELP")
    assert not [one for one in ALL if translations.say(one, "help") in in_english]
    parent.asks_then_gives_code(code)


ALL = ("pl", "ur", "ur-Latn", "pa", "ro", "bn", "cy")


def test_path_56_who_takes_no_offer_and_writes_again_is_not_begun_anew(parent: Walker):
    code = parent.goes_to_code()

    answer = parent.turn("I want to talk to a person")

    assert CONTACT["CONTACT_PHONE"] in answer
    assert "Reply 1" in answer
    assert parent.at_hub == "code_needed"
    assert "automated assistant of" not in parent.turn("hello? anyone?")
    parent.asks_then_gives_code(code)


def test_path_56_who_waits_for_a_person_is_told_so_and_can_go_on_without(parent: Walker):
    code = parent.goes_to_code()
    parent.turn("I want to talk to a person")

    passed_on = parent.turn("1")
    waits = parent.turn("hello? anyone?")
    back = parent.turn("assistant")

    assert "passing this to" in passed_on
    assert "reply assistant" in waits
    assert "automated assistant of" not in waits
    assert "back with the automated assistant" in back
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_56_the_web_chat_names_the_helpdesk_too(visitor: Visitor):
    visitor.turn("hello")

    answer = visitor.turn("can I speak to a real person")

    assert CONTACT["CONTACT_PHONE"] in answer
    assert visitor.at_hub is None
    assert "welcome" in visitor.turn("thank you")
    assert "invitation code" in visitor.turn("I want to register")
    assert visitor.at_hub is None


def test_path_56_a_ticket_that_cannot_be_sent_is_told_and_sent_later(
    parent: Walker, carrier: SimulatorCarrier
):
    code = parent.goes_to_code()
    parent.turn("I want to talk to a person")
    carrier.order("mail", "refuse", times=2)
    parent.turn("1")

    hurries(parent)
    not_through = parent.waits_for("cannot reach")
    hurries(parent)
    through = parent.waits_for("is with them now")

    assert "kept your message" in not_through
    assert through
    assert parent.at_hub == "code_needed"
    assert "back with the automated assistant" in parent.turn("assistant")
    parent.gives_code(code)


def hurries(parent: Walker) -> None:
    """Let a minute pass for a ticket whose first try has failed, and have it tried again."""
    tried = (
        "SELECT relay_id FROM relays JOIN cases USING (case_id) "
        "WHERE conversation_id = ? AND tries > 0 AND done_at IS NULL"
    )
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with rows(parent.product, "messaging.db") as connection:
            found = connection.execute(tried, (parent.conversation_id,)).fetchall()
            if found:
                connection.execute(
                    "UPDATE cases SET created_at = datetime(created_at, '-2 minutes') "
                    "WHERE conversation_id = ?",
                    (parent.conversation_id,),
                )
                connection.execute(
                    "UPDATE relays SET due_at = created_at WHERE relay_id = ?", found[0]
                )
                return
        assert time.monotonic() < deadline, "no try has failed"
        time.sleep(0.05)
