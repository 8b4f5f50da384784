"""What stands in for a failed call changes nothing that was there before the message."""

from typing import Any

import pytest
from support import slot

from bot.fail_closed import events_after_failure

USER = {"event": "user", "text": "x"}
FORM_OPENS = {"event": "active_loop", "name": "f"}
FORM_CLOSES = {"event": "active_loop", "name": None}


def action(name: str) -> dict[str, Any]:
    return {"event": "action", "name": name}


def call(name: str, *events: dict[str, Any], slots: dict[str, Any] | None = None) -> Any:
    loop = {"name": "f"} if FORM_OPENS in events else {}
    tracker = {"events": list(events), "slots": slots or {}, "active_loop": loop}
    return {"next_action": name, "tracker": tracker}


def emptied(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def test_after_a_plain_action_the_turn_ends() -> None:
    stop = [{"event": "followup", "name": "action_listen"}]

    assert events_after_failure(call("action_x", USER, slot("a", 1))) == stop


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ([], {}),
        ([USER], {}),
        ([USER, slot("a", 1)], {"a": None}),
        ([USER, slot("a", 1), slot("a", 2)], {"a": None}),
        ([slot("a", 0), USER, slot("a", 1)], {"a": 0}),
        ([slot("a", 0), {"event": "restart"}, USER, slot("a", 1)], {"a": None}),
        ([slot("a", 0), {"event": "reset_slots"}, USER, slot("a", 1)], {"a": None}),
        ([slot("a", 0), {"event": "session_started"}, USER, slot("a", 1)], {"a": None}),
        # Of an earlier message: it was checked then.
        ([USER, slot("a", 1), USER], {}),
        # By an action, which knew what it did.
        ([USER, action("action_x"), slot("a", 1)], {}),
        ([USER, slot("a", 1), action("action_x"), slot("b", 2)], {"a": None}),
        # The candidates that Rasa adds behind the form's name are the same values again.
        ([USER, slot("a", 1), action("f"), slot("a", 1)], {"a": None}),
        ([slot("a", 0), USER, action("f"), slot("a", 0)], {}),
        # While a form opens, the message is looked through once more.
        ([USER, FORM_OPENS, slot("a", 1), action("f"), slot("a", 1)], {"a": None}),
        ([USER, action("action_x"), slot("b", 2), FORM_OPENS, slot("a", 1)], {"a": None}),
        # Once it is open, what follows its name was set by it.
        ([USER, action("f"), FORM_OPENS, slot("a", 1)], {}),
        ([USER, action("f"), FORM_OPENS, slot("a", 1), FORM_CLOSES, slot("b", 1)], {}),
    ],
)
@pytest.mark.parametrize("name", ["validate_f", "action_validate_slot_mappings"])
def test_what_came_from_the_message_alone_is_undone(
    name: str, events: list[dict[str, Any]], left: dict[str, Any]
) -> None:
    assert emptied(events_after_failure(call(name, *events))) == left


def test_an_open_form_asks_for_the_same_slot_again() -> None:
    events = [FORM_OPENS, USER]

    after = events_after_failure(call("validate_f", *events, slots={"requested_slot": "code"}))

    assert emptied(after) == {"code": None, "requested_slot": "code"}


@pytest.mark.parametrize("name", ["validate_g", "action_validate_slot_mappings"])
def test_another_form_is_left_alone(name: str) -> None:
    events = [FORM_OPENS, USER]

    after = events_after_failure(call(name, *events, slots={"requested_slot": "code"}))

    assert after == []
