"""Keep a long conversation short without forgetting where it stands."""

from collections.abc import Sequence
from typing import Final

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

MAX_TURNS: Final = 60
KEPT_TURNS: Final = 30
"""Every event is read, replayed and sent to the action server each turn. Trimming to half the
maximum means that it is seldom done."""


def trimmed(tracker: DialogueStateTracker) -> list[Event]:
    """Return the events to store: those of this session, and of a long one only the last turns.

    The state at the cut (slots, open form) is written down as events in front of what is kept.
    """
    events = _this_session(list(tracker.events))
    turns = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= MAX_TURNS:
        return events
    cut = turns[-KEPT_TURNS]
    slots = list(tracker.slots.values())
    return [*_state_after(events[:cut], tracker.sender_id, slots), *events[cut:]]


def _this_session(events: list[Event]) -> list[Event]:
    starts = [i for i, event in enumerate(events) if isinstance(event, SessionStarted)]
    if not starts or not starts[-1]:
        return events
    # The action that started the session stands right before its event.
    return events[starts[-1] - 1 :]


def _state_after(events: Sequence[Event], sender_id: str, slots: Sequence[Slot]) -> list[Event]:
    before = DialogueStateTracker.from_events(sender_id, list(events), slots)
    then = events[-1].timestamp
    state: list[Event] = [SessionStarted(timestamp=then)]
    state += [
        SlotSet(slot.name, slot.value, timestamp=then)
        for slot in before.slots.values()
        if slot.value != slot.initial_value
    ]
    if before.active_loop_name:
        state.append(ActiveLoop(before.active_loop_name, timestamp=then))
    return [*state, ActionExecuted(ACTION_LISTEN_NAME, timestamp=then)]
