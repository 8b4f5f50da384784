"""Where a registration stands that this conversation has begun, for whoever comes back to it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from actions.core.choices import Offer
from actions.core.lines import Line, Outcome
from actions.core.services import Services
from actions.core.slots import INTRODUCED, OFFER
from actions.core.turn import Turn
from clients.errors import ClientError
from clients.hub import Registration, RegistrationState

NEXT_STEP: Final[Mapping[RegistrationState, Line]] = {
    RegistrationState.NUMBER_NEEDED: Line(response="utter_registration_status_number_needed"),
    RegistrationState.CODE_NEEDED: Line(response="utter_registration_status_code_needed"),
    RegistrationState.VERIFIED: Line(response="utter_registration_status_verified"),
}
"""What is left to do, and whether to carry on; nothing is once the registration is complete."""

UNKNOWN_NUMBER: Final = "unknown"
"""In the place of three digits where the hub has a registration on without a number."""


def next_step(found: Registration) -> Line | None:
    """Return the line that says what is left to do and asks whether to carry on."""
    line = NEXT_STEP.get(found.state)
    if line is not None and found.state is RegistrationState.CODE_NEEDED:
        return line.filled(ends_with=found.number_ends_with or UNKNOWN_NUMBER)
    return line


async def reminded(services: Services, turn: Turn, outcome: Outcome) -> Outcome:
    """Return an answer that also tells who comes back after a while where they were.

    Only in the first turn of a session: later it was said, or something else was begun. A hub that
    does not say leaves the answer as it is.
    """
    if turn.slots.get(INTRODUCED) or turn.form is not None or turn.also is not None:
        return outcome
    try:
        found = await services.hub.registration_of(turn.conversation_id)
    except ClientError:
        return outcome
    line = None if found is None else next_step(found)
    if line is None:
        return outcome
    return replace(outcome, lines=(*outcome.lines, line)).with_slots({OFFER: Offer.CARRY_ON})
