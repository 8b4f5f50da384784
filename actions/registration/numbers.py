"""Give the hub a mobile number and have the first code sent to it."""

import re
from typing import Any, Final

from actions.core.lines import Outcome, say
from actions.core.services import Services
from actions.core.turn import Turn
from actions.registration import outcomes, sending, slots
from clients.hub import HubRefused, Problem

_LOOKALIKES: Final = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1", "i": "1", "|": "1"})
_LAST_THREE: Final = 3
_HAVE_NOT = r"(?:don'?t|do not|doesn'?t|does not|haven'?t|have not) (?:have|own|got|use)"
_NO_MOBILE = re.compile(
    rf"\b(?:no|not got|without|{_HAVE_NOT}) (?:a |an |any |my |our )?(?:own |uk |smart ?)*"
    r"(?:mobile|phone|cell)\b(?! ?(?:number )?(?:yet|with me|signal))",
    re.I,
)


def has_no_mobile(text: str) -> bool:
    """Tell whether a text says that there is no mobile phone at all."""
    return bool(_NO_MOBILE.search(text))


async def give(
    services: Services, turn: Turn, reference: str, *, is_confirmed: bool = False
) -> Outcome:
    """Give the hub the number behind a vault reference.

    A number in which letters stand for digits ("o7700 9oo123") is asked about first: a code must
    not go to a stranger because of a guess. The reference is kept until the person has said yes.

    Raises:
        ClientError: the reference has expired, or the hub did not answer; nothing has changed.
    """
    registration_id = str(turn.slots[slots.INVITATION])
    typed = await services.vault.get(reference)
    number = typed.translate(_LOOKALIKES)
    if number != typed and not is_confirmed:
        ends_with = re.sub(r"\D", "", number)[-_LAST_THREE:]
        return say(
            outcomes.NUMBER_DOUBTFUL.filled(ends_with=ends_with),
            slots={slots.NUMBER: None, slots.CODE: None, slots.GIVEN_NUMBER: reference},
        )
    try:
        registration = await services.hub.set_number(
            registration_id, number, key=turn.key("number")
        )
    except HubRefused as refusal:
        return await _refused(services, turn, registration_id, refusal)
    outcome = await sending.send(services, turn, registration)
    return outcome.with_slots({slots.GIVEN_NUMBER: None})


async def _refused(
    services: Services, turn: Turn, registration_id: str, refusal: HubRefused
) -> Outcome:
    awaiting = turn.awaiting or slots.NUMBER
    unchanged: dict[str, Any] = {awaiting: turn.slots.get(awaiting), slots.GIVEN_NUMBER: None}
    match refusal.problem:
        case Problem.NUMBER_NOT_ACCEPTED:
            return say(outcomes.NUMBER_FAULTS[refusal.number_fault], slots=unchanged)
        case Problem.NUMBER_ALREADY_VERIFIED:
            told = slots.told_by(await services.hub.registration(registration_id))
            return say(outcomes.SEND_REFUSED[refusal.problem], slots=told)
        case _:
            return say(outcomes.GONE, slots={**slots.NOTHING, slots.LOOKED_UP: True})
