"""Have a security code sent, and say honestly what came of it."""

from dataclasses import replace
from typing import Any

from actions.core import moments
from actions.core.lines import Line, Outcome, say
from actions.core.services import Services
from actions.core.slots import MISSES
from actions.core.turn import Turn
from actions.registration import outcomes, slots
from clients.hub import (
    CodeDelivery,
    DeliveryReason,
    DeliveryState,
    HubRefused,
    Problem,
    Registration,
)

_NOT_ARRIVED = (DeliveryState.UNDELIVERED, DeliveryState.FAILED)


async def send(services: Services, turn: Turn, registration: Registration) -> Outcome:
    """Have a code sent to a number that the hub has just accepted.

    Raises:
        ClientError: it is not known whether a code was sent.
    """
    told = slots.told_by(registration)
    try:
        sent = await services.hub.send_code(registration.registration_id, key=turn.key("send"))
    except HubRefused as refusal:
        refused = await _refused(services, turn, registration.registration_id, refusal)
        return refused.with_slots(told)
    line = outcomes.CODE_SENT.filled(ends_with=sent.number_ends_with)
    return say(line, slots=told, is_progress=True)


async def resend(services: Services, turn: Turn) -> Outcome:
    """Look at what became of the last text, then have the code sent again where that can help.

    Raises:
        ClientError: it is not known whether a code was sent.
    """
    registration_id = str(turn.slots[slots.INVITATION])
    delivery = await _latest(services, registration_id)
    outcome = await _resend(services, turn, registration_id, delivery)
    return _with_other_ways(turn, outcome)


async def _resend(
    services: Services, turn: Turn, registration_id: str, delivery: CodeDelivery | None
) -> Outcome:
    what_network_said = None if _has_opted_in(delivery, turn) else _not_delivered(delivery, turn)
    unchanged = {slots.CODE: None}
    if what_network_said is not None and what_network_said.closes:
        return say(what_network_said, slots=unchanged)
    try:
        sent = await services.hub.send_code(registration_id, key=turn.key("send"))
    except HubRefused as refusal:
        if refusal.problem is Problem.RESEND_TOO_SOON and delivery is not None:
            wait = moments.seconds(refusal.retry_after)
            if what_network_said is not None:
                until = outcomes.SEND_REFUSED[refusal.problem].filled(seconds=wait)
                return say(what_network_said, until, slots=unchanged)
            return say(outcomes.DELIVERY_WAIT[delivery.state].filled(seconds=wait), slots=unchanged)
        refused = await _refused(services, turn, registration_id, refusal)
        return refused.with_slots(unchanged)
    line = outcomes.CODE_RESENT_SAME if sent.is_same else outcomes.CODE_RESENT_NEW
    lines = [] if what_network_said is None else [what_network_said]
    return say(*lines, line.filled(ends_with=sent.number_ends_with), slots=unchanged)


def _with_other_ways(turn: Turn, outcome: Outcome) -> Outcome:
    """Name the app and a person to whom texts have failed before."""
    was_said = any(said.response == outcomes.OTHER_WAYS.response for said in turn.said_before)
    is_settled = not outcome.lines or any(line.offers_person for line in outcome.lines)
    if not turn.slots.get(MISSES) or was_said or is_settled:
        return outcome
    return replace(outcome, lines=(*outcome.lines, outcomes.OTHER_WAYS))


def locked(services: Services, refusal: HubRefused) -> Line:
    """Return what is said to a person whose codes were wrong too often."""
    if refusal.needs_help:
        return outcomes.CODE_LOCKED_FOR_GOOD
    until = moments.until(services.clock.now(), refusal.retry_after)
    return outcomes.SEND_REFUSED[Problem.LOCKED].filled(until=until)


async def help_with_code(services: Services, turn: Turn) -> Outcome:
    """Answer "the code does not work", which often means that no text has come.

    Raises:
        ClientError: it is not known what became of the text.
    """
    delivery = await _latest(services, str(turn.slots[slots.INVITATION]))
    if delivery is None or delivery.state is not DeliveryState.DELIVERED:
        return await resend(services, turn)
    return say(outcomes.CODE_HELP, slots={slots.CODE: None})


async def _latest(services: Services, registration_id: str) -> CodeDelivery | None:
    try:
        return await services.hub.latest_code(registration_id)
    except HubRefused:
        return None  # no code was sent yet, or the registration is gone: sending will tell


def _has_opted_in(delivery: CodeDelivery | None, turn: Turn) -> bool:
    """Tell whether texts that were switched off are on again.

    Nobody who has stopped texts is answered: who asks by text, from that number, has texted START.
    """
    if delivery is None or delivery.reason is not DeliveryReason.OPTED_OUT or turn.sender is None:
        return False
    return turn.sender.last_three == turn.slots.get(slots.NUMBER)


def _not_delivered(delivery: CodeDelivery | None, turn: Turn) -> Line | None:
    """Return what the network said, where the last text did not arrive."""
    if delivery is None or delivery.state not in _NOT_ARRIVED:
        return None
    line = outcomes.NOT_DELIVERED[delivery.reason or DeliveryReason.UNKNOWN]
    return line.filled(ends_with=str(turn.slots.get(slots.NUMBER)))


async def _refused(
    services: Services, turn: Turn, registration_id: str, refusal: HubRefused
) -> Outcome:
    """Return what is said when the hub sends no code; refusals that change the state tell it."""
    line = outcomes.SEND_REFUSED[refusal.problem]
    changed: dict[str, Any] = {}
    match refusal.problem:
        case Problem.RESEND_TOO_SOON:
            line = line.filled(seconds=moments.seconds(refusal.retry_after))
        case Problem.TOO_MANY_SENDS:
            line = line.filled(until=moments.until(services.clock.now(), refusal.retry_after))
        case Problem.LOCKED:
            line = locked(services, refusal)
        case Problem.NUMBER_NEEDED:
            changed = {slots.NUMBER: None, slots.CODE: None}
        case Problem.NUMBER_ALREADY_VERIFIED:
            changed = slots.told_by(await services.hub.registration(registration_id))
        case Problem.NOT_FOUND:
            changed = {**slots.NOTHING, slots.LOOKED_UP: True}
        case _:
            line = line.filled(ends_with=str(turn.slots.get(slots.NUMBER)))
    return say(line, slots=changed)
