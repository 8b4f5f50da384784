"""Events to JSON and back. Rasa looks through all event classes for each event; this remembers."""

import json
from collections.abc import Iterable
from typing import Any

import rasa
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

from bot import WRITTEN_FOR_RASA
from bot.errors import TrackerUnavailable

assert rasa.__version__ == WRITTEN_FOR_RASA  # `_from_parameters` is a protected method

_CLASSES: dict[str, type[Event]] = {cls.type_name: cls for cls in all_subclasses(Event)}


def to_json(events: Iterable[Event]) -> str:
    """Return the events as a JSON list."""
    return json.dumps([event.as_dict() for event in events], separators=(",", ":"))


def from_json(document: str) -> list[Event]:
    """Return the events of a stored conversation.

    Raises:
        TrackerUnavailable: what is stored is no conversation; better no answer than a new start.
    """
    try:
        return [_event(parameters) for parameters in json.loads(document)]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TrackerUnavailable("stored conversation is unreadable") from error


def _event(parameters: dict[str, Any]) -> Event:
    event = _CLASSES[parameters["event"]]._from_parameters(parameters)
    if event is None:
        raise ValueError("an event was not understood")
    return event
