"""The rules that hold for every reply: first contact, nothing twice running, a person in time."""

from dataclasses import replace
from typing import Any, Final

from actions.core.contacts import Contacts
from actions.core.intents import Intent
from actions.core.lines import Line, Outcome
from actions.core.slots import INTRODUCED, MISSES
from actions.core.turn import Said, Turn
from wire.placeholders import PASSWORD

MISSES_BEFORE_PERSON: Final = 2

SAID_BEFORE: Final = Line(response="utter_core_said_before", offers_person=True)
SAME_PROBLEM: Final = Line(response="utter_core_same_problem", offers_person=True, is_miss=True)
OFFER_PERSON: Final = Line(
    response="utter_core_offer_person", again="utter_core_offer_person_again", offers_person=True
)
NOT_KEPT: Final = Line(response="utter_core_not_kept")


def finish(turn: Turn, outcome: Outcome, contacts: Contacts) -> Outcome:
    """Return the outcome as it may be said: what every reply needs is added, repeats are varied.

    A reply to distress is left alone: nothing else may stand beside it.
    """
    if turn.intent == Intent.DISTRESS_OR_SAFEGUARDING:
        return outcome
    fresh = [line for line in outcome.lines if not _was_said(line, turn.said_now)]
    lines = [_varied(line, turn.said_before) for line in fresh]
    slots: dict[str, Any] = dict(outcome.slots)
    misses = _misses(turn, outcome, lines)
    if misses != _count(turn):
        slots[MISSES] = misses
    if misses >= MISSES_BEFORE_PERSON and _is_bare_miss(lines):
        lines.append(_varied(OFFER_PERSON, turn.said_before))
    if lines:
        opening = _opening(turn, contacts)
        lines = [*opening, *lines]
        slots[INTRODUCED] = True
    return replace(outcome, lines=tuple(lines), slots=slots)


def _varied(line: Line, before: tuple[Said, ...]) -> Line:
    """Return another line where this very one was said in the turn before."""
    if not _was_said(line, before):
        return line
    if line.again is not None:
        return replace(line, response=line.again)
    return replace(SAME_PROBLEM if line.is_miss else SAID_BEFORE, closes=line.closes)


def _was_said(line: Line, replies: tuple[Said, ...]) -> bool:
    return any(
        said.response == line.response
        and all(said.facts.get(name) == value for name, value in line.parameters.items())
        for said in replies
    )


def _count(turn: Turn) -> int:
    return int(turn.slots.get(MISSES) or 0)


def _misses(turn: Turn, outcome: Outcome, lines: list[Line]) -> int:
    if any(line.is_miss for line in lines):
        return _count(turn) + 1
    return 0 if outcome.is_progress else _count(turn)


def _is_bare_miss(lines: list[Line]) -> bool:
    return any(line.is_miss for line in lines) and not any(line.offers_person for line in lines)


def _opening(turn: Turn, contacts: Contacts) -> list[Line]:
    opening: list[Line] = []
    if not turn.slots.get(INTRODUCED):
        opening.append(contacts.introduction())
    was_told = any(said.response == NOT_KEPT.response for said in turn.said_now)
    if turn.mentions(PASSWORD) and not was_told:
        opening.append(_varied(NOT_KEPT, turn.said_before))
    return opening
