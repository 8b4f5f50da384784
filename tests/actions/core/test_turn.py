"""What an action sees of a message."""

from hypothesis import given
from hypothesis import strategies as st
from rasa_sdk.interfaces import Tracker

from actions.core.turn import read_turn


def tracker_for(text: str, references: dict[str, str]) -> Tracker:
    return Tracker(
        sender_id="sms-x",
        slots={},
        latest_message={"text": text, "metadata": {"references": references}},
        events=[],
        paused=False,
        followup_action=None,
        active_loop={},
        latest_action_name=None,
    )


def test_values_come_in_the_order_of_the_text() -> None:
    references = {"__phone__": "a", "__phone2__": "b", "__code__": "c"}
    turn = read_turn(tracker_for("__phone2__ no wait __phone__, __code__", references))

    assert turn.values("phone") == ["b", "a"]
    assert turn.values("code") == ["c"]


def test_a_value_that_stands_twice_in_a_text_is_one_value() -> None:
    pasted = "__code__ is your EHC Hub security code.\n\n@hub.example #__code__"

    assert read_turn(tracker_for(pasted, {"__code__": "c"})).values("code") == ["c"]


def test_a_placeholder_without_a_reference_brings_no_value() -> None:
    turn = read_turn(tracker_for("__code__ __password__", {}))

    assert turn.values("code") == []
    assert turn.mentions("password")


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_only_what_the_text_names_and_the_metadata_refers_to_is_a_value(
    text: str, references: dict[str, str]
) -> None:
    turn = read_turn(tracker_for(text, references))

    for kind in ("code", "phone", "invitation", "email"):
        for reference in turn.values(kind):
            assert reference in references.values()


def test_idempotency_keys_name_the_turn_and_the_step() -> None:
    turn = read_turn(tracker_for("hello", {}))

    assert turn.key("send") != turn.key("check")
