"""The two questions of setting an app up: whether to text the key, and the app's first code."""

from actions.authenticator import outcomes, showing, slots
from actions.core import moments
from actions.core.intents import Intent
from actions.core.lines import Line, Outcome, say
from actions.core.origins import is_said_to_be_of_text
from actions.core.services import Services
from actions.core.turn import Turn
from clients.hub import CodeFault, HubRefused, Problem, Registration, RegistrationState
from wire import placeholders

_PROVED = (RegistrationState.VERIFIED, RegistrationState.COMPLETE)


class SetupStep:
    """By text message only: the key goes out after a warning and a yes."""

    slot = slots.SETUP

    def __init__(self, services: Services) -> None:
        self._services = services

    async def take(self, turn: Turn) -> Outcome | None:
        """Take yes or no to having the key texted."""
        if turn.values(placeholders.CODE):
            return say(outcomes.NO_KEY_YET, slots={slots.SETUP: None})
        match turn.intent:
            case Intent.AFFIRM:
                registration_id = str(turn.slots.get(slots.REGISTRATION))
                return await shown_or_refused(self._services, turn, registration_id)
            case Intent.DENY:
                return say(outcomes.KEY_DECLINED, slots={slots.SETUP: None}, ends_form=True)
            case _:
                return None


class CodeStep:
    """Takes the app's first code; filled once the hub has said that it is right."""

    slot = slots.CODE

    def __init__(self, services: Services) -> None:
        self._services = services

    async def take(self, turn: Turn) -> Outcome | None:
        """Take a code, or the wish to see the key again."""
        given = turn.values(placeholders.CODE)
        if len(given) > 1:
            return _again(outcomes.CODE_SEVERAL)
        if given and is_said_to_be_of_text(turn.text):
            return _again(outcomes.CODE_OF_TEXT)
        if given:
            return await self._check(turn, given[0])
        if turn.mentions(placeholders.NUMBER):
            return _again(outcomes.CODE_FAULTS[CodeFault.TOO_MANY])
        match turn.intent:
            case Intent.RESEND_CODE | Intent.USE_AUTHENTICATOR_APP:
                return await shown_or_refused(self._services, turn, _registration_id(turn))
            case Intent.CODE_PROBLEM | Intent.DENY:
                return _again(outcomes.CODE_HELP)
            case Intent.GIVE_CODE if not turn.mentions(placeholders.INVITATION):
                return _again(outcomes.CODE_FAULTS[CodeFault.NOT_DIGITS])
            case Intent.AFFIRM:
                return _again(outcomes.CODE_AWAITED)
            case _:
                return None

    async def _check(self, turn: Turn, reference: str) -> Outcome:
        registration_id = _registration_id(turn)
        code = await self._services.vault.get(reference)
        try:
            await self._services.hub.check_app_code(registration_id, code, key=turn.key("confirm"))
        except HubRefused as refusal:
            return await self._refused(turn, registration_id, refusal)
        return Outcome(slots={slots.CODE: slots.VERIFIED}, is_progress=True)

    async def _refused(self, turn: Turn, registration_id: str, refusal: HubRefused) -> Outcome:
        match refusal.problem:
            case Problem.CODE_MALFORMED:
                return _again(outcomes.CODE_FAULTS[refusal.code_fault])
            case Problem.CODE_INCORRECT if refusal.tries_left == 1:
                return _again(outcomes.CODE_INCORRECT_ONE_LEFT)
            case Problem.CODE_INCORRECT:
                return _again(outcomes.CODE_INCORRECT.filled(tries_left=refusal.tries_left))
            case Problem.LOCKED if refusal.needs_help:
                return _again(outcomes.LOCKED_FOR_GOOD)
            case Problem.LOCKED:
                until = moments.until(self._services.clock.now(), refusal.retry_after)
                return _again(outcomes.LOCKED.filled(until=until))
            case Problem.ENROLMENT_OVER:
                return await self._over(turn, registration_id)
            case _:
                return refused(refusal)

    async def _over(self, turn: Turn, registration_id: str) -> Outcome:
        """Nothing waits for a code: it was right a moment ago, or the hour is over."""
        registration = await self._services.hub.registration(registration_id)
        if is_proved(registration):
            return Outcome(slots={slots.CODE: slots.VERIFIED}, is_progress=True)
        anew = await shown_or_refused(self._services, turn, registration_id)
        return anew.after(outcomes.SHOWN_ANEW)


async def shown_or_refused(services: Services, turn: Turn, registration_id: str) -> Outcome:
    """Show the key, or say why there is none to show.

    Raises:
        ClientError: hub or vault did not answer.
    """
    try:
        return await showing.show(services, turn, registration_id)
    except HubRefused as refusal:
        return refused(refusal)


def refused(refusal: HubRefused) -> Outcome:
    """Return the end of the form, where the hub has nothing to set an app up for."""
    is_complete = refusal.problem is Problem.REGISTRATION_COMPLETE
    line = outcomes.ALREADY_COMPLETE if is_complete else outcomes.GONE
    return say(line, slots={slots.SETUP: None, slots.CODE: None}, ends_form=True)


def is_proved(registration: Registration) -> bool:
    """Tell whether a second factor is proved already."""
    return registration.state in _PROVED


def _registration_id(turn: Turn) -> str:
    return str(turn.slots.get(slots.REGISTRATION))


def _again(line: Line) -> Outcome:
    return say(line, slots={slots.CODE: None})
