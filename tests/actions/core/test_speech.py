"""The rules that hold for every reply."""

from dataclasses import replace
from typing import Any

import pytest

from actions.core.contacts import Contacts
from actions.core.lines import Line, Outcome, say
from actions.core.speech import finish
from actions.core.turn import Said, Turn
from actions.core.wellbeing import wellbeing

TURN = Turn(
    turn_id="t",
    conversation_id="sms-x",
    channel="sms",
    intent="greet",
    text="hello",
    references={},
    sender=None,
    choice=None,
    form=None,
    awaiting=None,
    slots={"core_introduced": True},
    said_now=(),
    said_before=(),
)
CONTACTS = Contacts()


def said(response: str, **facts: Any) -> Said:
    return Said(response=response, facts={"utter_action": response, **facts})


def finished(turn: Turn, outcome: Outcome) -> list[str]:
    return [line.response for line in finish(turn, outcome, CONTACTS).lines]


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (Line(response="utter_x"), "utter_core_said_before"),
        (Line(response="utter_x", again="utter_y"), "utter_y"),
        (Line(response="utter_x", closes=True, is_miss=True), "utter_core_same_problem"),
    ],
)
def test_the_same_reply_is_not_said_twice_running(line: Line, instead: str) -> None:
    turn = replace(TURN, said_before=(said("utter_x"),))

    assert finished(turn, say(line)) == [instead]


def test_other_facts_make_another_reply() -> None:
    turn = replace(TURN, said_before=(said("utter_x", tries_left=4),))

    assert finished(turn, say(Line(response="utter_x", parameters={"tries_left": 3}))) == [
        "utter_x"
    ]


def test_what_was_said_in_this_turn_is_not_said_again() -> None:
    turn = replace(TURN, said_now=(said("utter_x"),))

    assert finished(turn, say(Line(response="utter_x"))) == []


@pytest.mark.parametrize(("before", "offered"), [(0, False), (1, True), (2, True)])
def test_a_person_is_offered_after_two_failed_tries(before: int, *, offered: bool) -> None:
    turn = replace(TURN, slots={"core_introduced": True, "core_misses": before})

    outcome = finish(turn, say(Line(response="utter_x", is_miss=True)), CONTACTS)

    assert ("utter_core_offer_person" in [line.response for line in outcome.lines]) is offered
    assert outcome.slots["core_misses"] == before + 1


def test_a_person_is_not_offered_twice_in_one_turn() -> None:
    turn = replace(TURN, slots={"core_introduced": True, "core_misses": 4})
    line = Line(response="utter_x", is_miss=True, offers_person=True)

    assert finished(turn, say(line)) == ["utter_x"]


def test_progress_forgives_the_failed_tries() -> None:
    turn = replace(TURN, slots={"core_introduced": True, "core_misses": 3})

    assert finish(turn, Outcome(is_progress=True), CONTACTS).slots == {"core_misses": 0}


def test_a_question_in_the_middle_forgives_nothing() -> None:
    turn = replace(TURN, slots={"core_introduced": True, "core_misses": 1})

    assert "core_misses" not in finish(turn, say(Line(response="utter_x")), CONTACTS).slots


def test_a_password_is_remarked_on_once() -> None:
    turn = replace(TURN, text="my password is __password__")
    later = replace(turn, said_now=(said("utter_core_not_kept"), said("utter_x")))

    assert finished(turn, say(Line(response="utter_x"))) == ["utter_core_not_kept", "utter_x"]
    assert finished(later, say(Line(response="utter_z"))) == ["utter_z"]


def test_nothing_stands_beside_a_reply_to_distress() -> None:
    turn = replace(
        TURN, intent="distress_or_safeguarding", slots={}, text="my password is __password__"
    )

    assert finished(turn, say(Line(response="utter_wellbeing"))) == ["utter_wellbeing"]


@pytest.mark.parametrize(
    ("contacts", "response"),
    [
        (Contacts(), "utter_support_person_unset"),
        (Contacts(hours="9 to 5"), "utter_support_person_unset"),
        (Contacts(phone="1"), "utter_support_person_phone"),
        (Contacts(phone="1", hours="9 to 5"), "utter_support_person_phone_hours"),
        (Contacts(email="a"), "utter_support_person_email"),
        (Contacts(email="a", hours="9 to 5"), "utter_support_person_email"),
        (Contacts(phone="1", email="a"), "utter_support_person_phone_email"),
        (Contacts(phone="1", email="a", hours="9"), "utter_support_person_phone_email_hours"),
    ],
)
def test_contact_details_that_are_unset_are_never_invented(
    contacts: Contacts, response: str
) -> None:
    line = contacts.person()

    assert line.response == response
    assert None not in line.parameters.values()


def test_unset_details_are_named() -> None:
    assert Contacts(phone="1").unset() == [
        "CONTACT_EMAIL",
        "CONTACT_HOURS",
        "PRIVACY_URL",
        "SAFEGUARDING_PHONE",
        "SAFEGUARDING_OUT_OF_HOURS_PHONE",
        "LOCAL_OFFER_URL",
    ]


@pytest.mark.parametrize(("ends_form", "closes"), [(False, False), (True, True)])
def test_the_general_words_leave_room_for_the_forms_question(
    *, ends_form: bool, closes: bool
) -> None:
    turn = replace(TURN, said_before=(said("utter_x"),))
    outcome = say(Line(response="utter_x", closes=True), ends_form=ends_form)

    (line,) = finish(turn, outcome, CONTACTS).lines

    assert line.response == "utter_core_said_before"
    assert line.closes is closes


@pytest.mark.parametrize(
    ("contacts", "responses"),
    [
        (Contacts(), []),
        (Contacts(safeguarding_phone="1"), ["utter_wellbeing_council"]),
        (
            Contacts(safeguarding_out_of_hours_phone="2"),
            ["utter_wellbeing_council_out_of_hours"],
        ),
        (
            Contacts(safeguarding_phone="1", safeguarding_out_of_hours_phone="2"),
            ["utter_wellbeing_council_both"],
        ),
    ],
)
def test_the_councils_numbers_are_said_where_they_are_set(
    contacts: Contacts, responses: list[str]
) -> None:
    lines = wellbeing(TURN, contacts).lines

    assert [line.response for line in lines] == ["utter_wellbeing", *responses]
