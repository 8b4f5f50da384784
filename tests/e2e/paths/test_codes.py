"""Paths 31 to 45: typing the code."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from pyotp import TOTP

from tests.e2e.conftest import CONTACT
from tests.e2e.journey import wrong
from tests.e2e.paths.walker import Visitor, Walker, rows, time_passes

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

Make = Callable[..., Walker]
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def gives(parent: Walker, said: str) -> None:
    """Give the right code in these words, and go on for two turns."""
    assert "verified" in parent.turn(said)
    assert parent.at_hub == "verified"
    assert "not right" not in parent.turn("is that it?")
    assert "welcome" in parent.turn("thank you")
    assert parent.at_hub == "verified"


def is_read(parent: Walker, *ways: Callable[[str], str]) -> None:
    """Write codes in each of these ways: wrong ones use a try each, the right one comes last."""
    code = parent.goes_to_code()
    *others, last = ways
    for left, way in zip(("4 tries", "3 tries", "2 tries", "1 try"), others, strict=False):
        parent.is_refused(way(wrong(code)), left)
    gives(parent, last(code))


def apart(gap: str) -> Callable[[str], str]:
    return lambda code: f"{code[:3]}{gap}{code[3:]}"


def test_path_31_spaces_and_hyphens_in_the_code_do_not_matter(parent: Walker):
    is_read(parent, *map(apart, (" ", "-", "\u2013", ".", "\u00a0")))


def test_path_32_the_whole_text_pasted_gives_its_code_and_not_the_ten(parent: Walker):
    parent.goes_to_code()
    pasted = next(text for text in parent.heard if "security code. It" in text)

    gives(parent, pasted)


def test_path_33_words_around_the_code_do_not_matter(parent: Walker):
    is_read(parent, *(words.format for words in ("its {} thanks", "Code: {}.", "text says {} x")))


def test_path_34_of_two_codes_the_newest_is_asked_for_and_no_try_is_used(parent: Walker):
    code = parent.goes_to_code()

    assert "more than one code" in parent.turn(f"{wrong(code)} or {wrong(wrong(code))}")

    assert parent.at_hub == "code_needed"
    assert "4 tries left" in parent.turn(wrong(code))
    parent.gives_code(code)


def test_path_35_five_or_seven_digits_are_named_as_such_and_use_no_try(parent: Walker):
    code = parent.goes_to_code()

    parent.is_refused(code[1:], "too few digits")
    parent.is_refused(code + "7", "too many digits")

    parent.is_refused(wrong(code), "4 tries left")
    parent.gives_code(code)


def test_path_36_look_alikes_and_other_digits_are_read(parent: Walker):
    is_read(
        parent,
        lambda code: "".join(chr(0xFF10 + int(digit)) for digit in code),
        lambda code: "".join(chr(0x0660 + int(digit)) for digit in code),
        lambda code: code.replace("0", "O").replace("1", "l"),
    )


def test_path_37_a_code_in_words_is_read(parent: Walker):
    code = parent.goes_to_code()

    gives(parent, " ".join(DIGITS[int(digit)] for digit in code))


def test_path_37_half_a_code_is_asked_for_whole(parent: Walker):
    code = parent.goes_to_code()

    first, second = parent.turn(code[:3]), parent.turn(code[3:])

    assert "6" in first
    assert "person" in second, "two failed tries"
    assert first != second
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_38_trailing_digits_after_the_right_code_do_not_pass(parent: Walker):
    code = parent.goes_to_code()

    assert "verified" not in parent.turn(f"{code}789")

    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(code)


def test_path_39_another_services_code_uses_no_try(parent: Walker):
    code = parent.goes_to_code()

    assert "another service" in parent.turn(f"G-{wrong(code)} is your Google verification code")

    assert parent.at_hub == "code_needed"
    assert "4 tries left" in parent.turn(wrong(code))
    parent.gives_code(code)


def test_path_39_the_older_of_two_different_codes_says_so_honestly(parent: Walker, walker: Make):
    other = walker()
    old = parent.goes_to_code()
    parent.turn("use 0" + other.number[3:])
    new = other.code()

    answer = parent.turn(old)

    assert "not right" in answer
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(new)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(minutes=10, seconds=2), "expired"),
        (timedelta(hours=1), "expired"),
        (timedelta(hours=3), "not right"),
    ],
    ids=["by seconds", "an hour", "three hours"],
)
def test_path_40_an_expired_code_is_told_from_a_wrong_one(
    parent: Walker, span: timedelta, said: str
):
    old = parent.goes_to_code()
    time_passes(parent.product, span)

    answer = parent.turn(old)

    assert said in answer
    assert parent.at_hub == "code_needed"
    if "New code sent" not in answer:
        parent.codes.clear()
        parent.turn("resend")
    new = parent.code() if parent.codes[-1:] != [old] else _newer(parent, old)
    assert "automated" in parent.turn("who are you")
    parent.gives_code(new)


def test_path_40_a_code_of_yesterday_leads_back_to_the_invitation(parent: Walker):
    invitation = parent.goes_to_number()
    parent.turn("ok")
    old = parent.code()
    time_passes(parent.product, timedelta(hours=26))

    assert "begin again with your invitation code" in parent.turn(old)

    parent.codes.clear()
    assert f"ending {parent.last_three}" in parent.turn(invitation)
    parent.gives_number()


def _newer(parent: Walker, old: str) -> str:
    """Return the code that came after an old one."""
    parent.codes.clear()
    new = parent.code()
    assert new != old
    return new


def test_path_41_five_wrong_codes_lock_and_say_until_when_and_a_person_is_offered(parent: Walker):
    code = parent.goes_to_code()
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        assert left in parent.turn(wrong(code))

    locked = parent.turn(wrong(code))

    assert "locked until" in locked
    assert "person" in locked
    assert "locked until" in parent.turn(code)
    assert parent.at_hub == "code_needed"
    time_passes(parent.product, timedelta(minutes=16))
    parent.codes.clear()
    parent.turn("resend")
    parent.gives_code(parent.code())


def test_path_42_the_right_code_twice_at_once_is_not_called_wrong(parent: Walker):
    code = parent.goes_to_code()
    parent.phone.text(code)

    answer = parent.turn(code, turns=1)

    assert "not right" not in answer
    assert "verified" in " ".join(parent.heard)
    assert parent.at_hub == "verified"
    parent.goes_on_verified()


def test_path_43_a_code_typed_in_the_web_chat_by_someone_on_the_hubs_page_is_explained(
    visitor: Visitor,
):
    answer = visitor.turn("my code is 482913")

    assert "invitation code" in answer
    assert "Verify Code" in answer
    assert visitor.at_hub is None
    assert "invitation code" in visitor.turn("I am on the page that asks for a code")
    assert CONTACT["CONTACT_PHONE"] in visitor.turn("I want to talk to a person")
    assert visitor.at_hub is None


def test_path_43_a_code_texted_back_is_told_where_it_belongs(parent: Walker, visitor: Visitor):
    visitor.goes_to_number(parent.is_invited())
    visitor.turn("0" + parent.number[3:])

    answer = parent.turn(parent.code())

    assert "CHAT" in answer
    assert "invitation code" in answer
    assert parent.at_hub is None
    assert "automated" in parent.turn("who are you")
    assert "verified" in visitor.turn(parent.codes[-1])
    assert visitor.at_hub == "verified"


def test_path_44_a_code_of_the_app_where_the_texts_is_asked_uses_no_try(parent: Walker):
    code = parent.goes_to_code()

    parent.is_refused(f"my authenticator app says {wrong(code)}", "from an app", "our text")

    parent.is_refused(wrong(code), "4 tries left")
    parent.asks_then_gives_code(code)


def test_path_44_a_code_of_a_text_where_the_apps_is_asked_uses_no_try(parent: Walker):
    app = App(by_text(parent))
    other = wrong(app.shows())

    parent.is_refused(f"the text says {other}", "from a text", "your app")

    parent.is_refused("482913" if other != "482913" else "482914", "4 tries left")
    gives(parent, app.shows())


class App:
    """An authenticator app on a phone whose clock may be wrong."""

    def __init__(self, setup_key: str, *, drift: timedelta = timedelta(0)) -> None:
        self.totp = TOTP(setup_key.replace(" ", ""))
        self.drift = drift

    def shows(self) -> str:
        return self.totp.at(int(time.time() + self.drift.total_seconds()))


def by_text(parent: Walker) -> str:
    """Choose the app by text and return the setup key."""
    parent.goes_to_number()
    assert "Anyone who sees" in parent.turn("i want to use the app")
    texted = parent.turn("ok")
    found = re.search(r"Setup key for your app: ([A-Z2-7 ]+)\.", texted)
    assert found, texted
    assert parent.at_hub == "number_needed"
    return found.group(1)


@pytest.mark.parametrize("drift", [timedelta(seconds=-30), timedelta(seconds=30)])
def test_path_45_a_clock_half_a_minute_wrong_is_good_enough(parent: Walker, drift: timedelta):
    app = App(by_text(parent), drift=drift)

    gives(parent, app.shows())


def test_path_45_a_clock_minutes_wrong_is_told_what_to_do_and_the_right_one_passes(
    parent: Walker,
):
    key = by_text(parent)
    slow = App(key, drift=timedelta(minutes=-7))

    refused = parent.turn(slow.shows())
    helped = parent.turn("the code doesnt work")

    assert "4 tries left" in refused
    assert "clock" in helped
    assert parent.at_hub == "number_needed"
    gives(parent, App(key).shows())


def test_path_45_on_the_phone_that_holds_the_app_the_key_is_typed_instead_of_scanned(
    parent: Walker, visitor: Visitor
):
    visitor.goes_to_number(parent.is_invited())

    shown = visitor.turn("i want to use the app")
    first = visitor.setup_key
    again = visitor.turn("i cant scan the qr code")

    assert "copy the setup key on the phone with the app" in shown
    assert "setup key" in again
    assert first is not None
    assert visitor.setup_key == first
    assert visitor.at_hub == "number_needed"
    assert "automated" in visitor.turn("who are you")
    assert "verified" in visitor.turn(App(first).shows())
    assert visitor.at_hub == "verified"


def test_path_45_the_apps_code_used_twice_in_its_window_is_not_called_wrong(parent: Walker):
    code = App(by_text(parent)).shows()

    first, second = parent.turn(code), parent.turn(code)

    assert "verified" in first
    assert "not the app's code" not in second
    assert parent.at_hub == "verified"
    parent.goes_on_verified()


def test_path_45_a_lost_phone_leads_to_the_helpdesk_alike_for_every_address(parent: Walker):
    told = parent.turn("i lost my phone and the app was on it")

    asked = parent.turn(parent.email)

    assert "recovery codes" in told
    assert "helpdesk will call you" in asked
    assert "cannot change your phone myself" in asked
    assert parent.at_hub is None
    with rows(parent.product, "hub.db") as connection:
        written = connection.execute("SELECT count(*) FROM guards WHERE key LIKE 'mail:factor%'")
        assert written.fetchone()[0] >= 1
    assert "Local Offer" in parent.turn("what is the local offer")
    assert "invitation" in parent.turn("i want to register")
    assert parent.at_hub is None
