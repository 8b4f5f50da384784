"""What is said to distress or danger, whoever of the actions comes upon it first."""

from typing import Final

from actions.core.contacts import Contacts
from actions.core.lines import Line, Outcome, say
from actions.core.turn import Turn

WELLBEING: Final = Line(response="utter_wellbeing", closes=True)
WELLBEING_AGAIN: Final = Line(response="utter_wellbeing_again", closes=True)


def wellbeing(turn: Turn, contacts: Contacts) -> Outcome:
    """Name the emergency number, the help lines and the council's own numbers, and nothing else."""
    was_said = any(said.response == WELLBEING.response for said in turn.said_before)
    return say(WELLBEING_AGAIN if was_said else WELLBEING, *contacts.council())
