"""What a turn was answered, read from the conversation itself.

The first answer and a repeated one are made by the same function from the same stored events, so
they cannot differ; see docs/decisions/0031.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels import buttons
from wire.envelope import Reply, TurnAnswer

HANDOFF = "handoff"
"""A custom payload with this key asks for a person; it becomes `TurnAnswer.handoff`."""


def answer_to(turn_id: str, tracker: DialogueStateTracker) -> TurnAnswer | None:
    """Return what was answered to a turn; None when the conversation does not know the turn."""
    events = list(tracker.events)
    span = _span(turn_id, events)
    if span is None:
        return None
    spoken = [event for event in events[span] if isinstance(event, BotUttered)]
    handoffs = [custom[HANDOFF] for event in spoken if HANDOFF in (custom := _custom(event))]
    if span.stop != len(events):
        tracker = DialogueStateTracker.from_events(
            tracker.sender_id, events[: span.stop], tracker.slots.values()
        )
    return TurnAnswer(
        turn_id=turn_id,
        replies=_without_repeats([_reply(event) for event in spoken]),
        awaiting=awaiting(tracker),
        handoff=handoffs[-1] if handoffs else None,
    )


def awaiting(tracker: DialogueStateTracker) -> str | None:
    """Return the slot that a form is asking for; None outside forms."""
    return tracker.get_slot(REQUESTED_SLOT) if tracker.active_loop_name else None


def says_something(answer: TurnAnswer | None) -> bool:
    """Tell whether a person would see any words."""
    return answer is not None and any(reply.text.strip() for reply in answer.replies)


def _span(turn_id: str, events: Sequence[Event]) -> slice | None:
    """Return where in the events the turn lies: from its message up to the next one's."""
    said = [
        (position, event.message_id)
        for position, event in enumerate(events)
        if isinstance(event, UserUttered)
    ]
    # Rasa may put a copy of the same message in again (after a rephrasing): that is the same turn.
    later = list(itertools.dropwhile(lambda message: message[1] != turn_id, said))
    if not later:
        return None
    end = next((position for position, other in later if other != turn_id), len(events))
    return slice(later[0][0], end)


def _reply(event: BotUttered) -> Reply:
    custom = {name: value for name, value in _custom(event).items() if name != HANDOFF}
    # Rasa copies an image into the attachment where there is none.
    for kind, value in (("image", event.data.get("image")), ("file", event.data.get("attachment"))):
        if value and value not in custom.values():
            custom[kind] = value
    return Reply(text=event.text or "", buttons=buttons.of_message(event), custom=custom)


def _custom(event: BotUttered) -> dict[str, Any]:
    custom = event.data.get("custom")
    return dict(custom) if isinstance(custom, Mapping) else {}


def _without_repeats(replies: Sequence[Reply]) -> tuple[Reply, ...]:
    """Leave out what says nothing, and the second of two equal replies to one message."""
    kept: list[Reply] = []
    for reply in replies:
        if reply not in kept and (reply.text.strip() or reply.buttons or reply.custom):
            kept.append(reply)
    return tuple(kept)
