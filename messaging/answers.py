"""What a message is answered: by Rasa, by a fixed sentence, or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol

import structlog

from clients.errors import ClientError, Refused
from clients.vault import Vault
from messaging import journeys, signals
from messaging.chat import shows
from messaging.contacts import Contacts
from messaging.handoff.board import Place
from messaging.handoff.plans import Plan, Routed
from messaging.handoff.states import State
from messaging.handoff.switchboard import Switchboard
from messaging.kinds import Kind
from messaging.limits import Limits
from messaging.log import new_id
from messaging.outcome import Outcome
from messaging.replies import CONFIRMATION, REPLY, Replies, Said
from messaging.sentences import FIXED, TOO_MANY, TROUBLE, Sentences
from messaging.silence import BREAKABLE, CAUSES, Silence
from messaging.store import handoffs, messages
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.handoffs import Handoff
from messaging.store.messages import Message
from messaging.texts import Texts
from messaging.translations import Translations
from messaging.turns import Turns
from wire.clock import Clock
from wire.envelope import Turn, TurnAnswer
from wire.placeholders import INWARD

_BAD_REQUEST: Final = 400

_NOTED: Final = {
    Kind.STOP: "The parent has sent STOP: they get no more texts until they send START.",
    Kind.START: "The parent has sent START: texts reach them again.",
    Kind.HELP: "The parent has sent HELP and was told what this service is.",
}
"""Keywords of the networks: answered whoever has the conversation, and told to the person."""
_OF_THE_CHAT: Final = (Kind.JOINED, Kind.NOT_JOINED, Kind.LEFT)
"""Of the way between phone and web chat: answered, and of no use to the person."""
_NOT_ACCEPTED: Final = (Kind.EMPTY, Kind.UNREAD, Kind.MEDIA)
_HELD_BACK: Final = {
    Kind.EMPTY: "a message without words came, and the parent was told so",
    Kind.UNREAD: "a message came whose words were lost; the parent was asked to send it again",
    Kind.MEDIA: "a picture or a file came; it was not accepted, and the parent was told so",
    Kind.TOO_LONG: "the message was longer than this, the rest was cut off",
    Kind.REACTION: "a reaction to a message",
}
_WITH_WORDS: Final = (Kind.TEXT, Kind.TOO_LONG, Kind.AUTO_REPLY, Kind.REACTION)

_log = structlog.get_logger(__name__)


class Assistant(Protocol):
    """What is asked of `clients.rasa.Rasa`."""

    def hand_in(self, turn: Turn) -> TurnAnswer:
        """Return the answer to a turn."""


class Answers:
    """Finds the answer to a message; safe to share between threads."""

    def __init__(
        self,
        *,
        database: Database,
        assistant: Assistant,
        vault: Vault,
        contacts: Contacts,
        replies: Replies,
        texts: Texts,
        seal_key: bytes,
        clock: Clock,
        contact: Mapping[str, str],
        regions: tuple[str, ...],
        allow_drama: bool,
        limits: Limits,
        safeguarding: Mapping[str, str] | None = None,
        translations: Translations | None = None,
        notice: Callable[[str], Mapping[str, Any]] = signals.notice,
        switchboard: Switchboard | None = None,
    ) -> None:
        """Take everything it needs; `contact` holds the helpdesk's `phone`, `email`, `hours`.

        Without a switchboard the assistant has every conversation.
        """
        self._assistant = assistant
        self._replies = replies
        self._clock = clock
        self._contact = contact
        self._notice = notice
        self._switchboard = switchboard
        self._turns = Turns(database=database, vault=vault, contacts=contacts, seal_key=seal_key)
        self._silence = Silence(
            database=database,
            contacts=contacts,
            regions=regions,
            allow_drama=allow_drama,
            limits=limits,
            clock=clock,
        )
        self._sentences = Sentences(
            database=database,
            replies=replies,
            texts=texts,
            contact=contact,
            safeguarding={} if safeguarding is None else safeguarding,
            translations=translations or Translations(()),
        )
        self.fixed = self._sentences.fixed

    def to(self, held: Conversation, message: Message) -> Outcome:
        """Return what the message comes to.

        Raises:
            ClientError, SealBroken: nothing is known yet; try again later.
        """
        kind = Kind(message.kind)
        noticed = self._notice(message.text) if kind in _WITH_WORDS else {}
        wants: list[Handoff] = []
        if noticed.get(signals.WELLBEING):
            wants = [self._wanted(held, message, reason=handoffs.WELLBEING, urgent=True)]
        place = self._switchboard.place(held.conversation_id) if self._switchboard else None
        silence = self._silence.cause(
            held, message, too_many=self._sentences.fixed(held, TOO_MANY).text
        )
        if silence is not None and not (wants and silence in BREAKABLE):
            _log.warning("turn.not_answered", cause=silence)
            plan = self._silent_plan(held, place, message, silence, is_urgent=bool(wants))
            return Outcome.unmoved(held, state=messages.IGNORED, wants=wants, plan=plan)
        if place is not None and place.is_with_people:
            return self._with_people(held, place, message, noticed, wants, silence)
        if wants and place is not None and self._switchboard is not None:
            routed = self._switchboard.escalation.in_danger(held, place, message)
            if routed is not None:
                before = self._helplines(held, message, noticed)
                return self._routed(held, routed, wants, before=before)
        outcome = self._by_assistant(held, place, message, kind, noticed, wants)
        if outcome.plan is None and place is not None:
            # Even a fixed sentence is said only while nobody else has begun to speak.
            return replace(outcome, plan=Plan(place=place, state=place.state))
        return outcome

    def _by_assistant(
        self,
        held: Conversation,
        place: Place | None,
        message: Message,
        kind: Kind,
        noticed: Mapping[str, Any],
        wants: list[Handoff],
    ) -> Outcome:
        is_late = self._silence.is_too_late(message)
        is_over = kind is not Kind.STOP and self._silence.is_too_many(message)
        is_machine = self._silence.is_alike(message)
        if wants and (kind is not Kind.TEXT or is_late or is_over or is_machine):
            # Whatever else is wrong with such a text, these words come first.
            said = self._helplines(held, message, noticed)
            return Outcome.unmoved(held, said=said, wants=wants)
        if is_over:
            return Outcome.unmoved(held, said=[self._sentences.fixed(held, TOO_MANY)])
        if kind in FIXED:
            return Outcome.unmoved(held, said=[self._fixed(held, kind)])
        if is_late:
            return self._unanswerable(held, "too_late", wants)
        if self._switchboard is not None and place is not None and not wants:
            routed = self._switchboard.offers.answered(held, place, message)
            if routed is not None:
                return self._routed(held, routed, wants)
        in_their_language = self._in_their_language(held, message, noticed, wants)
        if in_their_language is not None:
            return in_their_language
        return self._ask(held, place, message, noticed, wants)

    def _with_people(
        self,
        held: Conversation,
        place: Place,
        message: Message,
        noticed: Mapping[str, Any],
        wants: list[Handoff],
        silence: str | None,
    ) -> Outcome:
        """A person has the conversation: the assistant says nothing of its own accord."""
        assert self._switchboard is not None
        kind = Kind(message.kind)
        if kind in _NOTED:
            plan = self._switchboard.with_people.noted(place, message, _NOTED[kind])
            return Outcome.unmoved(held, said=[self._fixed(held, kind)], plan=plan)
        if kind in _OF_THE_CHAT:
            plan = Plan(place=place, state=place.state)
            return Outcome.unmoved(held, said=[self._fixed(held, kind)], plan=plan)
        said: list[Said] = []
        if wants:
            said += self._helplines(held, message, noticed)
        elif kind in _NOT_ACCEPTED:
            said.append(self._fixed(held, kind))
        elif self._silence.is_too_many(message):
            said.append(self._sentences.fixed(held, TOO_MANY))
        held_back = CAUSES[silence] if silence else _HELD_BACK.get(kind)
        routed = self._switchboard.with_people.relayed(
            place, message, is_urgent=bool(wants), held_back=held_back
        )
        return self._routed(held, routed, wants, before=said)

    def _fixed(self, held: Conversation, kind: Kind) -> Said:
        purpose = CONFIRMATION if kind is Kind.STOP else REPLY
        return self._sentences.fixed(held, FIXED[kind], purpose=purpose)

    def _helplines(
        self, held: Conversation, message: Message, noticed: Mapping[str, Any]
    ) -> list[Said]:
        """Return the signpost without Rasa, also in the language of who is in distress."""
        language = self._sentences.language_of(message, noticed.get(signals.LANGUAGE))
        return self._sentences.helplines(held, language)

    def _silent_plan(
        self,
        held: Conversation,
        place: Place | None,
        message: Message,
        silence: str,
        *,
        is_urgent: bool,
    ) -> Plan | None:
        """Let the person read what is not answered, and nobody in danger go unheard."""
        if self._switchboard is None or place is None:
            return None
        still = Plan(place=place, state=place.state)
        if place.is_with_people:
            return self._switchboard.with_people.relayed(
                place, message, is_urgent=is_urgent, held_back=CAUSES[silence]
            ).plan
        if silence == "opted_out" and is_urgent:
            return self._switchboard.escalation.urgent(held, place, message)
        return still

    def _routed(
        self,
        held: Conversation,
        routed: Routed,
        wants: list[Handoff],
        before: list[Said] | None = None,
    ) -> Outcome:
        """Say what the switchboard says, in its words from data/."""
        said = [*(before or []), *(self._sentences.line(held, line) for line in routed.lines)]
        return Outcome.unmoved(held, said=said, wants=wants, plan=routed.plan)

    def _in_their_language(
        self,
        held: Conversation,
        message: Message,
        noticed: Mapping[str, Any],
        wants: list[Handoff],
    ) -> Outcome | None:
        """Answer someone who writes in another language, in it; None: the assistant answers.

        A code or a number is worked on whatever language stands around it, but for danger.
        """
        if not wants and (INWARD.search(message.text) or self._turns.choice(held, message)):
            return None
        language = self._sentences.language_of(message, noticed.get(signals.LANGUAGE))
        if language is None:
            return None
        if wants:
            said = self._sentences.helplines(held, language)
            return Outcome.unmoved(held, said=said, wants=wants)
        wanted = self._wanted(held, message, reason=handoffs.LANGUAGE)
        said = self._sentences.help_in(held, language)
        return Outcome.unmoved(held, said=said, wants=[wanted])

    def _ask(
        self,
        held: Conversation,
        place: Place | None,
        message: Message,
        noticed: Mapping[str, Any],
        wants: list[Handoff],
    ) -> Outcome:
        try:
            answer = self._assistant.hand_in(self._turns.of(held, message, noticed))
        except ClientError as exc:
            if wants:
                # Not a moment later because a machine is down.
                said = self._helplines(held, message, noticed)
                return Outcome.unmoved(held, said=said, wants=wants)
            if isinstance(exc, Refused) and exc.status == _BAD_REQUEST:
                return self._unanswerable(held, "refused", wants)
            if self._switchboard is not None and place is not None:
                routed = self._switchboard.offers.offered_itself(
                    held, place, message, self._contact
                )
                if routed is not None:
                    # A person is wanted most when the assistant is away.
                    return self._routed(held, routed, wants)
            raise
        said = [
            self._replies.prepare_reply(reply, channel=held.channel)
            for reply in shows.with_input(answer.replies, answer.awaiting)
        ]
        if not wants and self._silence.is_same_again(held, said):
            _log.warning("turn.not_answered", cause="same_replies")
            return Outcome.unmoved(held, state=messages.IGNORED, wants=wants)
        journey = journeys.of_slot(answer.awaiting) or journeys.of_slot(held.awaiting)
        plan: Plan | None = None
        if self._switchboard is not None and place is not None:
            spoken = self._switchboard.offers.spoken(held, place, message, answer.handoff)
            if isinstance(spoken, Routed):
                # Its own words take the place of the assistant's second offer, not of helplines.
                return self._routed(held, spoken, wants, before=said if wants else None)
            plan = spoken
        is_offer = plan is not None and plan.state is State.OFFERED
        if answer.handoff is not None and not is_offer:
            asked = answer.handoff
            wanted = self._wanted(
                held,
                message,
                reason=str(asked.get("reason") or "asked"),
                journey=str(asked.get("journey") or journey or "") or None,
                step=str(asked.get("step") or "") or None,
            )
            wants = [*wants, wanted]
        return Outcome(
            said=said,
            awaiting=answer.awaiting,
            journey=journey,
            wants=wants,
            plan=plan,
            numbers=self._turns.numbers(held, message),
        )

    def _wanted(
        self,
        held: Conversation,
        message: Message,
        *,
        reason: str,
        urgent: bool = False,
        journey: str | None = None,
        step: str | None = None,
    ) -> Handoff:
        return Handoff(
            handoff_id=new_id(),
            conversation_id=held.conversation_id,
            cause=f"{reason[:64]}/{message.message_id}",
            reason=reason[:64],
            journey=(journey or held.journey or "")[:32] or None,
            step=(step or held.awaiting or "")[:64] or None,
            urgent=urgent,
            state=handoffs.WANTED,
            created_at=self._clock.now(),
        )

    def _unanswerable(self, held: Conversation, cause: str, wants: list[Handoff]) -> Outcome:
        _log.error("turn.dead", cause=cause)
        said = self._sentences.fixed(held, TROUBLE)
        return Outcome.unmoved(held, said=[said], state=messages.DEAD, wants=wants)
