"""The rules that hold for every reply: first contact, nothing twice running, a person in time."""

from dataclasses import replace
from typing import Any, Final

from actions.core.contacts import Contacts
from actions.core.intents import Intent
from actions.core.lines import Line, Outcome
from actions.core.private import is_number_of_no_use, tells_of_a_child
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
NUMBER_NOT_KEPT: Final = Line(response="utter_core_number_not_kept")
NO_CHILD_DETAILS: Final = Line(response="utter_core_no_child_details")


def finish(turn: Turn, outcome: Outcome, contacts: Contacts) -> Outcome:
    """Return the outcome as it may be said: what every reply needs is added, repeats are varied.

    A reply to distress is left alone: nothing else may stand beside it.
    """
    if turn.intent == Intent.DISTRESS_OR_SAFEGUARDING:
        return outcome
    fresh = [line for line in outcome.lines if not _is_old(line, turn)]
    lines = [_varied(line, turn.said_before, outcome) for line in fresh]
    slots: dict[str, Any] = dict(outcome.slots)
    misses = _misses(turn, outcome, lines)
    if misses != _count(turn):
        slots[MISSES] = misses
    if misses >= MISSES_BEFORE_PERSON and _is_bare_miss(lines):
        lines.append(_varied(OFFER_PERSON, turn.said_before, outcome))
    if lines:
        opening = _opening(turn, contacts)
        lines = [*opening, *lines]
        slots[INTRODUCED] = True
    return replace(outcome, lines=tuple(lines), slots=slots)


def _varied(line: Line, before: tuple[Said, ...], outcome: Outcome) -> Line:
    """Return another line where this very one was said in the turn before.

    The general one does not say what to type next, so a form's question follows it; where the form
    ends, none is to come.
    """
    if not _was_said(line, before):
        return line
    if line.again is not None:
        return replace(line, response=line.again)
    general = SAME_PROBLEM if line.is_miss else SAID_BEFORE
    return replace(general, closes=line.closes and outcome.ends_form)


def _is_old(line: Line, turn: Turn) -> bool:
    is_known = line.once and _was_said(line, turn.said_before)
    return is_known or _was_said(line, turn.said_now)


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
    if turn.mentions(PASSWORD):
        opening.append(NOT_KEPT)
    if is_number_of_no_use(turn):
        opening.append(NUMBER_NOT_KEPT)
    if NO_CHILD_DETAILS.response not in turn.answers and tells_of_a_child(turn.text):
        opening.append(NO_CHILD_DETAILS)
    return [line for line in opening if not _was_said(line, turn.said_now)]
