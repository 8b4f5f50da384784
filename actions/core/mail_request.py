"""A form that asks for an email address and has the hub do something about it.

What the hub answers is the same whether or not it knows the address, and so is everything that is
said here. The address never leaves the vault but for the call; a slot holds its reference only.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from actions.core import email_address, moments
from actions.core.form import JourneyForm, Question, Step
from actions.core.forms import INVITATION, prefix_of
from actions.core.intents import Intent
from actions.core.lines import Line, Outcome, say
from actions.core.page import fact_in
from actions.core.services import Services
from actions.core.slots import GIVEN_EMAIL, MAIL_FORM
from actions.core.turn import Turn
from clients.hub import Hub, HubRefused, Problem
from clients.vault import VaultExpired
from wire import placeholders

MENDED_LIFETIME: Final = timedelta(minutes=15)
"""How long an address lies in the vault; the vault keeps nothing longer."""

SEVERAL: Final = Line(response="utter_core_email_several", closes=True, is_miss=True)
MALFORMED: Final = Line(response="utter_core_email_malformed", closes=True, is_miss=True)
NOT_AN_ADDRESS: Final = Line(response="utter_core_email_not_this", closes=True, is_miss=True)
DOUBTED: Final = Line(
    response="utter_core_email_doubted", again="utter_core_email_doubted_again", closes=True
)


@dataclass(frozen=True, kw_only=True)
class MailWords:
    """What a journey says around the address."""

    begun: Line
    """The way without us, and the question for the address."""
    already: Line
    """The hub was asked a while ago; what to do until an answer comes."""
    asked: Line
    """The hub has taken the request."""
    too_many: Line
    """The hub takes no more for this address; filled with `until`."""
    left: Line
    """No address is wanted to be given."""
    wanted: Line
    """Yes, but there is no address yet."""


Ask = Callable[[Hub, str, str], Awaitable[None]]
"""A call of the hub with an address and an idempotency key."""


class EmailStep:
    """Takes the address and hands it to the hub."""

    def __init__(self, services: Services, form: str, words: MailWords, ask: Ask) -> None:
        self._services = services
        self._form = form
        self._words = words
        self._ask = ask
        self.slot = f"{prefix_of(form)}email"
        self._doubt = f"{prefix_of(form)}doubt"

    async def take(self, turn: Turn) -> Outcome | None:
        """Take an address, or yes and no to what was asked about one."""
        given = turn.values(placeholders.EMAIL)
        if len(given) > 1:
            return self._again(SEVERAL)
        if given:
            return await self.read(turn, given[0])
        doubt = turn.slots.get(self._doubt)
        if isinstance(doubt, Mapping) and turn.intent in (Intent.AFFIRM, Intent.DENY):
            return await self._settled(turn, doubt)
        return self._words_only(turn)

    async def read(self, turn: Turn, reference: str) -> Outcome:
        """Ask about an address that looks mistyped; hand any other to the hub.

        Raises:
            ClientError: nothing has changed, or it is not known whether the hub took it.
        """
        address = email_address.read(await self._services.vault.get(reference))
        if address.suggestion is None:
            return await self._hand_over(turn, address.value)
        doubt = {"reference": reference, "suggestion": address.suggestion}
        line = DOUBTED.filled(ending=address.suggestion)
        return say(line, slots={self.slot: None, self._doubt: doubt, GIVEN_EMAIL: None})

    async def _settled(self, turn: Turn, doubt: Mapping[str, str]) -> Outcome:
        """Go on with the address as it was meant, or as it was typed after all."""
        try:
            typed = await self._services.vault.get(doubt["reference"])
        except VaultExpired:
            return self._again(self._words.wanted)
        value = email_address.read(typed).value
        if turn.intent == Intent.AFFIRM:
            value = email_address.with_ending(value, doubt["suggestion"])
        return await self._hand_over(turn, value)

    async def _hand_over(self, turn: Turn, address: str) -> Outcome:
        try:
            await self._ask(self._services.hub, address, turn.key(self.slot))
        except HubRefused as refusal:
            return self._refused(refusal)
        # Only now has the hub been asked: what is said later relies on it.
        return self._end(self._words.asked, is_progress=True).with_slots({MAIL_FORM: self._form})

    def _refused(self, refusal: HubRefused) -> Outcome:
        if refusal.problem is Problem.TOO_MANY_REQUESTS:
            now = self._services.clock.now()
            until = moments.until(now, refusal.retry_after)
            return self._end(self._words.too_many.filled(until=until))
        return self._again(MALFORMED)

    def _words_only(self, turn: Turn) -> Outcome | None:
        match turn.intent:
            case Intent.AFFIRM:
                return self._again(self._words.wanted)
            case Intent.DENY | Intent.THANK | Intent.GOODBYE:
                return self._end(self._words.left, is_progress=True)
            case Intent.GIVE_EMAIL:
                return self._again(MALFORMED)
            case _ if self._brings_another_value(turn):
                return self._again(NOT_AN_ADDRESS)
            case _:
                return None

    def _brings_another_value(self, turn: Turn) -> bool:
        """Tell whether a number or a security code came where it is of no use.

        An invitation code, and a number where the invitation is the matter, lead on to the
        registration by the form's rules.
        """
        if self._form == INVITATION:
            return False
        return bool(turn.values(placeholders.PHONE) or turn.values(placeholders.CODE))

    def _again(self, line: Line) -> Outcome:
        return say(line, slots={self.slot: None, self._doubt: None, GIVEN_EMAIL: None})

    def _end(self, line: Line, *, is_progress: bool = False) -> Outcome:
        kept = {self.slot: None, self._doubt: None, GIVEN_EMAIL: None}
        return say(line, slots=kept, ends_form=True, is_progress=is_progress)


class MailRequestForm(JourneyForm):
    """`validate_<form>` of a journey that asks for an address."""

    words: MailWords

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._email = EmailStep(services, self.form, self.words, self.ask)

    @staticmethod
    @abstractmethod
    async def ask(hub: Hub, address: str, key: str) -> None:
        """Ask the hub for what the journey is about."""

    @property
    def steps(self) -> Mapping[str, Step]:
        """Return the one step."""
        return {self._email.slot: self._email}

    async def begin(self, turn: Turn) -> Outcome:
        """Take an address that is already there; say the way without us, and ask, otherwise."""
        given = turn.values(placeholders.EMAIL)
        if given:
            taken = await self._email.take(turn.moved_to(self._email.slot, {}))
            return taken or Outcome()
        fact = fact_in(turn.text)
        if fact is not None:
            # A question about the page, taken for a wish that something be sent.
            return say(replace(fact, closes=True), ends_form=True)
        kept = turn.slots.get(GIVEN_EMAIL)
        if isinstance(kept, str):
            try:
                return await self._email.read(turn, kept)
            except VaultExpired:
                pass  # it is asked for as if it had never been given
        was_asked = turn.slots.get(MAIL_FORM) == self.form
        line = self.words.already if was_asked else self.words.begun
        return say(line, slots={self._email.slot: None, GIVEN_EMAIL: None})


class AskEmail(Question):
    """`action_ask_<journey>_email`."""

    asking: Line

    def line(self, turn: Turn) -> Line:  # noqa: ARG002 - the question is the same for all
        """Return the question for the address."""
        return self.asking
