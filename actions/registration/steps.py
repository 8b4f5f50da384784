"""The three questions of the registration: invitation code, mobile number, security code."""

from dataclasses import replace
from typing import Any, Final

from actions.core import forms, moments
from actions.core.begun import UNKNOWN_NUMBER
from actions.core.intents import Intent
from actions.core.lines import Line, Outcome, say
from actions.core.private import names_other_office
from actions.core.services import Services
from actions.core.slots import PREFERS_APP
from actions.core.turn import Turn
from actions.registration import codes, numbers, outcomes, sending, slots
from clients.errors import ClientError
from clients.hub import CodeFault, HubRefused, NumberFault, Problem, RegistrationState
from clients.vault import VaultExpired
from wire import placeholders

_INVITATION_CODE_LENGTH: Final = 8


class InvitationStep:
    """Takes the invitation code; filled with the hub's id of the registration."""

    slot = slots.INVITATION

    def __init__(self, services: Services) -> None:
        self._services = services

    async def take(self, turn: Turn) -> Outcome | None:
        """Take an invitation code, keep a number for later, answer yes and no."""
        given = turn.values(placeholders.INVITATION)
        if len(given) > 1:
            return self._again(outcomes.INVITATION_SEVERAL)
        if given:
            return await self._accept(turn, await self._services.vault.get(given[0]))
        if turn.values(placeholders.CODE):
            return await self._code(turn, turn.values(placeholders.CODE)[0])
        if turn.values(placeholders.PHONE):
            kept = {slots.GIVEN_NUMBER: turn.values(placeholders.PHONE)[0]}
            return self._again(outcomes.INVITATION_FIRST, kept)
        return self._words(turn)

    def _words(self, turn: Turn) -> Outcome | None:
        match turn.intent:
            case Intent.DENY | Intent.INVITATION_NOT_RECEIVED:
                return say(slots=slots.NOTHING, ends_form=True, next_action=forms.INVITATION)
            case Intent.USE_AUTHENTICATOR_APP:
                return self._again(outcomes.APP_LATER, {PREFERS_APP: True})
            case _:
                line = _INVITATION_WORDS.get(turn.intent)
                return None if line is None else self._again(line)

    def _again(self, line: Line, kept: dict[str, Any] | None = None) -> Outcome:
        return say(line, slots={slots.INVITATION: None, **(kept or {})})

    async def _code(self, turn: Turn, reference: str) -> Outcome:
        """Take digits: an invitation code may consist of nothing else, by its length."""
        value = await self._services.vault.get(reference)
        if sum(character.isalnum() for character in value) == _INVITATION_CODE_LENGTH:
            return await self._accept(turn, value)
        return self._again(outcomes.INVITATION_NOT_A_SECURITY_CODE)

    async def _accept(self, turn: Turn, invitation_code: str) -> Outcome:
        try:
            registration = await self._services.hub.begin_registration(
                invitation_code, conversation_id=turn.conversation_id, key=turn.key("invitation")
            )
        except HubRefused as refusal:
            return self._refused(refusal)
        told = slots.told_by(registration)
        if registration.state is RegistrationState.NUMBER_NEEDED:
            return await self._with_number_given_before(turn.moved_to(slots.NUMBER, told), told)
        return Outcome(slots=told, is_progress=True)

    def _refused(self, refusal: HubRefused) -> Outcome:
        line = outcomes.INVITATION_REFUSED[refusal.problem]
        if refusal.problem is Problem.TOO_MANY_TRIES:
            now = self._services.clock.now()
            line = line.filled(until=moments.until(now, refusal.retry_after))
        outcome = self._again(line)
        if refusal.problem is Problem.REGISTRATION_COMPLETE:
            return say(*outcome.lines, slots=slots.NOTHING, ends_form=True)
        return outcome

    async def _with_number_given_before(self, turn: Turn, told: dict[str, Any]) -> Outcome:
        """Go on with a number that came with the code or before it, where it is still there."""
        given = turn.values(placeholders.PHONE)
        reference = given[0] if len(given) == 1 else turn.slots.get(slots.GIVEN_NUMBER)
        accepted = Outcome(slots={**told, slots.GIVEN_NUMBER: None}, is_progress=True)
        if not isinstance(reference, str):
            return _to_app(accepted) if turn.slots.get(PREFERS_APP) else accepted
        try:
            outcome = await numbers.give(self._services, turn, reference)
        except VaultExpired:
            return accepted
        except ClientError:
            return accepted  # the invitation was accepted; the number is asked for as usual
        return outcome.with_slots(told)


def _to_app(outcome: Outcome) -> Outcome:
    """Return the same outcome, from which the authenticator app goes on."""
    return replace(outcome, ends_form=True, next_action=forms.AUTHENTICATOR)


_INVITATION_WORDS: Final[dict[str, Line]] = {
    Intent.AFFIRM: outcomes.INVITATION_HAVE_IT,
    Intent.GIVE_CODE: outcomes.INVITATION_FORMAT,
    Intent.GIVE_PHONE_NUMBER: outcomes.INVITATION_FORMAT,
}


class NumberStep:
    """Takes the mobile number; filled with its last three digits once the hub has accepted it."""

    slot = slots.NUMBER

    def __init__(self, services: Services) -> None:
        self._services = services

    async def take(self, turn: Turn) -> Outcome | None:
        """Take a number, or yes to the number texted from."""
        given = turn.values(placeholders.PHONE)
        if len(given) > 1:
            return self._again(outcomes.NUMBER_SEVERAL)
        if given:
            return await numbers.give(self._services, turn, given[0])
        if turn.values(placeholders.CODE):
            return await self._early_code(turn, turn.values(placeholders.CODE)[0])
        if turn.mentions(placeholders.NUMBER):
            return self._long_number(turn)
        if numbers.has_no_mobile(turn.text):
            return self._again(outcomes.NO_MOBILE)
        return await self._words(turn)

    async def _words(self, turn: Turn) -> Outcome | None:
        match turn.intent:
            case Intent.AFFIRM:
                doubtful = turn.slots.get(slots.GIVEN_NUMBER)
                if isinstance(doubtful, str):
                    return await numbers.give(self._services, turn, doubtful, is_confirmed=True)
                if turn.sender is not None and is_offered(turn):
                    return await numbers.give(self._services, turn, turn.sender.reference)
                return self._again()
            case Intent.DENY | Intent.CHANGE_PHONE_NUMBER:
                if turn.slots.get(slots.GIVEN_NUMBER) is not None:
                    return say(slots={slots.NUMBER: None, slots.GIVEN_NUMBER: None})
                declined = turn.sender.last_three if turn.sender else UNKNOWN_NUMBER
                return say(slots={slots.NUMBER: None, slots.DECLINED: declined})
            case Intent.GIVE_PHONE_NUMBER | Intent.GIVE_CODE:
                return self._again(outcomes.NUMBER_FAULTS[NumberFault.UNREADABLE])
            case Intent.USE_SMS_CODE:
                return self._again()
            case Intent.USE_AUTHENTICATOR_APP:
                return _to_app(Outcome(slots={slots.NUMBER: None}))
            case Intent.RESEND_CODE | Intent.CODE_PROBLEM:
                return self._again(outcomes.NUMBER_NOT_YET_CODE)
            case _:
                return None

    def _long_number(self, turn: Turn) -> Outcome:
        if names_other_office(turn.text):
            return self._again()
        return self._again(outcomes.NUMBER_NOT_KEPT)

    def _again(self, *lines: Line) -> Outcome:
        return say(*lines, slots={slots.NUMBER: None})

    async def _early_code(self, turn: Turn, reference: str) -> Outcome:
        """Take a code where the hub has sent one although this conversation missed it."""
        registration = await self._services.hub.registration(str(turn.slots[slots.INVITATION]))
        if registration.state is not RegistrationState.CODE_NEEDED:
            return self._again(outcomes.NUMBER_NOT_YET_CODE).with_slots(slots.told_by(registration))
        told = slots.told_by(registration)
        outcome = await codes.check(self._services, turn.moved_to(slots.CODE, told), reference)
        return outcome.with_slots(told)


def is_offered(turn: Turn) -> bool:
    """Tell whether the number texted from is the one to ask about."""
    return turn.sender is not None and turn.sender.last_three != turn.slots.get(slots.DECLINED)


class CodeStep:
    """Takes the security code; filled once the hub has said that it is right."""

    slot = slots.CODE

    def __init__(self, services: Services) -> None:
        self._services = services

    async def take(self, turn: Turn) -> Outcome | None:
        """Take a code, another number, or the wish for another text."""
        given = turn.values(placeholders.CODE)
        if len(given) > 1:
            return self._again(outcomes.CODE_SEVERAL)
        if given:
            return await codes.check(self._services, turn, given[0])
        if turn.values(placeholders.PHONE):
            return await self._other_number(turn, turn.values(placeholders.PHONE))
        if turn.mentions(placeholders.INVITATION):
            return self._again(outcomes.CODE_AWAITED, turn)
        if turn.mentions(placeholders.NUMBER) and names_other_office(turn.text):
            return say(slots={slots.CODE: None})
        if turn.mentions(placeholders.NUMBER):
            return self._again(outcomes.CODE_FAULTS[CodeFault.TOO_MANY])
        if codes.is_fragment(turn.text):
            return self._again(outcomes.CODE_FAULTS[CodeFault.TOO_FEW])
        return await self._words(turn)

    async def _words(self, turn: Turn) -> Outcome | None:
        match turn.intent:
            case Intent.RESEND_CODE:
                return await sending.resend(self._services, turn)
            case Intent.CODE_PROBLEM:
                return await sending.help_with_code(self._services, turn)
            case Intent.GIVE_CODE:
                return self._again(outcomes.CODE_FAULTS[CodeFault.NOT_DIGITS])
            case Intent.CHANGE_PHONE_NUMBER | Intent.GIVE_PHONE_NUMBER:
                declined = turn.slots.get(slots.NUMBER)
                return say(
                    slots={slots.NUMBER: None, slots.CODE: None, slots.DECLINED: declined},
                )
            case Intent.USE_AUTHENTICATOR_APP:
                return _to_app(Outcome(slots={slots.CODE: None}))
            case Intent.AFFIRM:
                return self._again(outcomes.CODE_AWAITED, turn)
            case Intent.DENY:
                return self._again(outcomes.CODE_NOT_COME, turn)
            case _:
                return None

    def _again(self, line: Line, turn: Turn | None = None) -> Outcome:
        if turn is not None:
            line = line.filled(ends_with=str(turn.slots.get(slots.NUMBER)))
        return say(line, slots={slots.CODE: None})

    async def _other_number(self, turn: Turn, given: list[str]) -> Outcome:
        if len(given) > 1:
            return self._again(outcomes.NUMBER_SEVERAL)
        return await numbers.give(self._services, turn, given[0])
