"""What an action wants said and done, as values; only `journey.py` hands them to Rasa."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Line:
    """One reply: the name of a response in data/<journey>/responses.yml, and what fills it."""

    response: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    shows: Mapping[str, str] = field(default_factory=dict)
    """What the web chat shows besides the words, by its name there: outward placeholders."""
    again: str | None = None
    """The response to use when this one was said in the turn before."""
    once: bool = False
    """A fact that stands in the turn before needs no repeating: the line is left out."""
    closes: bool = False
    """It says what to type next, so a form's question is left out of this turn."""
    is_miss: bool = False
    """It answers a try that failed."""
    offers_person: bool = False
    """It says how to reach a person."""

    def showing(self, **shows: str) -> "Line":
        """Return the same line beside which the web chat shows these."""
        return replace(self, shows={**self.shows, **shows})

    def filled(self, **parameters: str | int) -> "Line":
        """Return the same line with these parameters."""
        return replace(self, parameters={**self.parameters, **parameters})


@dataclass(frozen=True, kw_only=True)
class Handoff:
    """A hint to the worker that a person is wanted; nothing of it is free text."""

    reason: str
    journey: str | None
    step: str | None
    offer: str | None = None
    """The version of the words in which a person was offered; None: only noted, not offered."""
    with_number: bool = False
    """The offer was made with a choice to share a number."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """For the ticket: names of responses, yes or no; never what somebody typed."""

    def as_custom(self) -> dict[str, Any]:
        """Return the custom payload that the channel turns into `TurnAnswer.handoff`."""
        told: dict[str, Any] = {
            "reason": self.reason,
            "journey": self.journey,
            "step": self.step,
        }
        if self.offer is not None:
            told |= {
                "offer": self.offer,
                "with_number": self.with_number,
                "facts": dict(self.facts),
            }
        return {"handoff": told}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Everything that one action leads to."""

    lines: tuple[Line, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    next_action: str | None = None
    """An action or form that Rasa must run next."""
    ends_form: bool = False
    """The active form is left."""
    handoff: Handoff | None = None
    is_progress: bool = False
    """Failed tries before this one count no longer."""

    def after(self, *lines: Line) -> "Outcome":
        """Return the same outcome with these lines said first."""
        return replace(self, lines=(*lines, *self.lines))

    def with_slots(self, slots: Mapping[str, Any]) -> "Outcome":
        """Return the same outcome; its own slots win over these."""
        return replace(self, slots={**slots, **self.slots})


def say(*lines: Line, **fields: Any) -> Outcome:
    """Return an outcome that says these lines."""
    return Outcome(lines=lines, **fields)
