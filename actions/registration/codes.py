"""Have a typed security code checked by the hub."""

import re
from typing import Final

from actions.core.lines import Outcome, say
from actions.core.origins import is_said_to_be_of_app
from actions.core.services import Services
from actions.core.turn import Turn
from actions.registration import elsewhere, outcomes, sending, slots
from clients.hub import HubRefused, Problem

_FRAGMENT = re.compile(r"\W*\d{1,3}\W*")
_EMERGENCY: Final = ("999", "111", "112")


def is_fragment(text: str) -> bool:
    """Tell whether a text is a few digits and nothing else: half a code, sent in two texts."""
    return bool(_FRAGMENT.fullmatch(text)) and not any(one in text for one in _EMERGENCY)


async def check(services: Services, turn: Turn, reference: str) -> Outcome:
    """Hand the code behind a vault reference to the hub, once per turn.

    Raises:
        ClientError: the reference has expired, or the hub did not answer; nothing has changed.
    """
    if elsewhere.names_other_service(turn.text):
        return say(outcomes.CODE_OF_OTHER_SERVICE, slots={slots.CODE: None})
    if is_said_to_be_of_app(turn.text):
        ends_with = str(turn.slots.get(slots.NUMBER))
        return say(outcomes.CODE_OF_APP.filled(ends_with=ends_with), slots={slots.CODE: None})
    registration_id = str(turn.slots[slots.INVITATION])
    code = await services.vault.get(reference)
    try:
        registration = await services.hub.check_code(registration_id, code, key=turn.key("check"))
    except HubRefused as refusal:
        return await _refused(services, turn, refusal)
    return Outcome(slots=slots.told_by(registration), is_progress=True)


async def _refused(services: Services, turn: Turn, refusal: HubRefused) -> Outcome:
    ends_with = str(turn.slots.get(slots.NUMBER))
    asked_again = {slots.CODE: None}
    match refusal.problem:
        case Problem.CODE_MALFORMED:
            return say(outcomes.CODE_FAULTS[refusal.code_fault], slots=asked_again)
        case Problem.CODE_INCORRECT:
            return say(outcomes.code_incorrect(refusal.tries_left), slots=asked_again)
        case Problem.CODE_EXPIRED:
            line = outcomes.CODE_EXPIRED[refusal.new_code_sent].filled(ends_with=ends_with)
            return say(line, slots=asked_again)
        case Problem.LOCKED:
            return say(sending.locked(services, refusal), slots=asked_again)
        case Problem.NO_CODE_SENT:
            return await sending.resend(services, turn)
        case Problem.NUMBER_ALREADY_VERIFIED:  # the right code twice, or on another way
            registration_id = str(turn.slots[slots.INVITATION])
            return Outcome(
                slots=slots.told_by(await services.hub.registration(registration_id)),
                is_progress=True,
            )
        case _:
            return say(outcomes.GONE, slots={**slots.NOTHING, slots.LOOKED_UP: True})
