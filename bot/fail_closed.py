"""What an action that could not be run leaves behind: nothing.

A form's slot with a `from_text` mapping is filled with the raw text before the action that should
check it is called. Stock Rasa keeps that text when the call fails, and the form is then complete.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Document = Mapping[str, Any]

REQUESTED_SLOT = "requested_slot"
VALIDATE = "validate_"

_FORGETTING = ("restart", "reset_slots", "session_started")


def events_after_failure(call: Document) -> list[dict[str, Any]]:
    """Return the events that stand in for those of a failed call.

    Args:
        call: the body that was meant for the action server.
    """
    name = str(call["next_action"])
    if not name.startswith(VALIDATE) and name != "action_validate_slot_mappings":
        # The rest of a rule speaks as if the action had worked, so the turn ends here.
        return [{"event": "followup", "name": "action_listen"}]
    undone = _undo(call["tracker"]["events"])
    return [_slot(slot, value) for slot, value in undone.items()] + _ask_again(call)


def _ask_again(call: Document) -> list[dict[str, Any]]:
    """Keep the form where it is. Empty the slot too: without any slot event the form rejects."""
    slots = call["tracker"]["slots"]
    form = str(call["next_action"]).removeprefix(VALIDATE)
    requested = slots.get(REQUESTED_SLOT)
    if not requested or (call["tracker"].get("active_loop") or {}).get("name") != form:
        return []
    return [_slot(requested, None), _slot(REQUESTED_SLOT, requested)]


def _undo(events: Sequence[Document]) -> dict[str, Any]:
    """Return the slots that were filled from the message alone, with what they held before it.

    That happens right after the message, before any action, and again while a form opens: its
    opening then stands there without the action that is logged in front of it once it is done.
    """
    before: dict[str, Any] = {}
    from_message: dict[str, Any] = {}
    extracting, ran = False, None
    for event in events:
        kind = event["event"]
        if kind == "user":
            from_message, extracting = {}, True
        elif kind == "active_loop":
            extracting = extracting or (event.get("name") is not None and event["name"] != ran)
        elif kind == "action":
            extracting = False
        elif kind in _FORGETTING:
            before.clear()
        elif kind == "slot" and event["name"] != REQUESTED_SLOT:
            if extracting:
                from_message.setdefault(event["name"], before.get(event["name"]))
            else:
                before[event["name"]] = event.get("value")
        ran = event.get("name") if kind == "action" else None
    return from_message


def _slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value, "timestamp": None}
