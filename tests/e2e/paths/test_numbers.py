"""Paths 1 to 14: the mobile number. Sources of each stand in the council's reference of paths."""

from collections.abc import Callable

import pytest

from tests.e2e.paths.walker import Visitor, Walker

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

Make = Callable[..., Walker]


FORMS = ("0{n}", "+44{n}", "0044{n}", "44{n}", "{n}", "+44 (0){n}", "+440{n}")
GAPS = (" ", "\u00a0", "-", ".", "\u200b")


def test_path_01_every_way_to_write_the_number_is_the_same_number(parent: Walker):
    parent.goes_to_number()

    for form in FORMS:
        parent.is_texted_a_code(form.format(n=parent.number[3:]))

    parent.asks_then_gives_code(parent.codes[-1])


def test_path_02_signs_pasted_from_contacts_do_not_matter(parent: Walker):
    parent.goes_to_number()
    number = "0" + parent.number[3:]

    for gap in GAPS:
        parent.is_texted_a_code(f"({number[:5]}){gap}{number[5:8]}{gap}{number[8:]}")

    parent.asks_then_gives_code(parent.codes[-1])


def test_path_03_letters_for_digits_are_asked_about_before_anything_is_texted(parent: Walker):
    parent.goes_to_number()
    typed = "o" + parent.number[3:].replace("0", "o", 1)

    asked = parent.turn(typed)

    assert f"end {parent.last_three}" in asked
    assert parent.at_hub == "number_needed"
    assert not parent.codes
    parent.gives_number("ok")


def test_path_04_a_number_in_a_sentence_is_taken_and_of_two_one_is_asked_for(parent: Walker):
    parent.goes_to_number()

    asked = parent.turn("use 07700 900123 or maybe 07700 900124")

    assert "more than one number" in asked
    assert parent.at_hub == "number_needed"
    parent.gives_number(f"ok my number is 0{parent.number[3:]} thanks")


def test_paths_05_to_09_a_number_that_cannot_be_texted_is_refused_with_the_reason(parent: Walker):
    parent.goes_to_number()

    for typed, *said in (
        ("07700 90012", "too few digits"),
        ("07700 9001234", "too many digits"),
        ("01785 278499", "landline"),
        ("070 1234 5678", "070"),
        ("07600 123456", "pager"),
        ("0909 879 0123", "premium"),
        ("0300 111 8000", "not a mobile number"),
        ("07797 712345", "Jersey", "person"),
    ):
        parent.is_refused(typed, *said)
    parent.gives_number("ok use 0" + parent.number[3:])


def test_path_09_a_foreign_mobile_is_explained_and_a_person_offered(parent: Walker):
    parent.goes_to_number()

    parent.is_refused("my number is +353 87 123 4567", "abroad", "person")
    parent.gives_number("0" + parent.number[3:])


def test_path_10_a_strangers_number_can_be_changed_before_it_is_verified(
    parent: Walker, walker: Make
):
    stranger = walker()
    parent.goes_to_number()
    parent.turn("0" + stranger.number[3:])
    strangers_code = stranger.code()
    assert "child" not in " ".join(stranger.heard).lower()

    changed = parent.turn(f"sorry that was wrong, its 0{parent.number[3:]}")

    assert f"ending {parent.last_three}" in changed
    assert "not right" in parent.turn(strangers_code)
    parent.gives_code(parent.code())


def test_path_11_a_registration_begun_elsewhere_goes_on_here(parent: Walker, visitor: Visitor):
    invitation = parent.is_invited()
    visitor.turn("I want to register")
    visitor.turn(invitation)
    assert visitor.at_hub == "number_needed"

    parent.turn("hi i have an invitation to register")
    asked = parent.turn(invitation)

    assert f"ending {parent.last_three}" in asked
    assert parent.at_hub == "number_needed"
    parent.gives_number()


def test_path_12_another_number_than_the_one_texted_from(parent: Walker, walker: Make):
    other = walker()
    parent.goes_to_number()

    answer = parent.turn("no, use 0" + other.number[3:])

    assert f"ending {other.last_three}" in answer
    assert parent.at_hub == "code_needed"
    parent.asks_then_gives_code(other.code())


def test_path_13_the_number_is_never_turned_round_to_plus_44(parent: Walker):
    parent.goes_to_number()

    parent.gives_number("0" + parent.number[3:])
    parent.goes_on_verified()

    assert not any("+44" in text for text in parent.heard)


def test_path_14_a_number_whose_last_owner_said_stop_is_explained(parent: Walker):
    parent.goes_to_number()
    parent.turn("07700 900908")
    time_for_receipt = parent.turn("no code came")

    assert "STOP" in time_for_receipt
    assert parent.at_hub == "code_needed"
    parent.gives_number("ok use 0" + parent.number[3:])
