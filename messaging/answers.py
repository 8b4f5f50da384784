"""What a message is answered: by Rasa, by a fixed sentence, or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, Protocol

import structlog

from clients.errors import ClientError, Refused
from clients.sealing import Sealer
from clients.vault import Vault
from messaging import journeys, signals
from messaging.chat import shows
from messaging.contacts import Contacts
from messaging.errors import TextRefused
from messaging.handoff.board import Place
from messaging.handoff.plans import Plan
from messaging.handoff.states import State
from messaging.handoff.switchboard import Line, Routed, Switchboard
from messaging.inbound import open_values
from messaging.kinds import Kind
from messaging.limits import HOUR, Limits
from messaging.log import new_id
from messaging.numbers import check_mobile, e164
from messaging.replies import CONFIRMATION, REPLY, Replies, Said
from messaging.store import handoffs, messages, opt_outs
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.handoffs import Handoff
from messaging.store.messages import Message
from messaging.texts import Texts
from messaging.translations import CALL, Translations
from messaging.translations import HELP as IN_THEIR_LANGUAGE
from messaging.translations import WELLBEING as WELLBEING_IN_THEIR_LANGUAGE
from wire.clock import Clock
from wire.envelope import Sender, Turn, TurnAnswer
from wire.names import WEBCHAT
from wire.placeholders import INWARD, PHONE

LAST_TRY_AFTER = timedelta(hours=24)
"""A step's state is kept as long; an answer after that would answer nothing."""
LOOP_WITHIN = timedelta(minutes=5)
MOST_ALIKE = 20
"""More texts of the same words within that time come from a machine."""
MOST_SAME_REPLIES = 3

_BAD_REQUEST: Final = 400
_LAST_THREE = 3

FIXED: Final = {
    Kind.EMPTY: "utter_edge_empty",
    Kind.UNREAD: "utter_edge_unread",
    Kind.MEDIA: "utter_edge_text_only",
    Kind.REACTION: "utter_edge_reaction",
    Kind.TOO_LONG: "utter_edge_too_long",
    Kind.STOP: "utter_edge_stopped",
    Kind.START: "utter_edge_started",
    Kind.HELP: "utter_edge_help",
    Kind.JOINED: "utter_edge_chat_joined",
    Kind.NOT_JOINED: "utter_edge_chat_not_joined",
    Kind.LEFT: "utter_edge_chat_left",
}
_VARIED: Final = frozenset(
    FIXED[kind] for kind in (Kind.EMPTY, Kind.MEDIA, Kind.REACTION, Kind.TOO_LONG, Kind.START)
)
"""Not said twice running: the second time a person is named."""
_SAID_BEFORE: Final = "utter_core_said_before"
_HELP_AGAIN: Final = "utter_edge_help_again"
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
_NOT_ANSWERED: Final = {
    "not_mobile": "nothing was sent back: this is no number that we text",
    "opted_out": "nothing was sent back: the parent has stopped texts",
    "auto_reply": "this looks like an automatic reply",
    "loop": "the same words have come very often within minutes",
    "ceiling": "very many messages have come within an hour",
}
"""Why a message is met with silence: what the log says, and what the person is told."""
_MACHINES: Final = ("auto_reply", "loop", "ceiling")
"""Silence for what a machine may have written; words of distress break it."""
_TOO_MANY: Final = "utter_edge_too_many"
_TROUBLE: Final = "utter_edge_trouble"
_WITH_CONTACT: Final = (_TOO_MANY, _TROUBLE)
"""Said where the assistant does not go on: how to reach people stands beside it."""
_WITH_WORDS: Final = (Kind.TEXT, Kind.TOO_LONG, Kind.AUTO_REPLY, Kind.REACTION)

_log = structlog.get_logger(__name__)


class Assistant(Protocol):
    """What is asked of `clients.rasa.Rasa`."""

    def hand_in(self, turn: Turn) -> TurnAnswer:
        """Return the answer to a turn."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a turn came to."""

    said: list[Said] = field(default_factory=list)
    awaiting: str | None = None
    journey: str | None = None
    state: str = messages.DONE
    wants: list[Handoff] = field(default_factory=list)
    """Requests for a person."""
    plan: Plan | None = None
    """What the turn does to the switchboard; None where there is no helpdesk."""
    numbers: tuple[str, ...] = ()
    """Opaque ids of the numbers that were given in a web chat."""


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
        translations: Translations | None = None,
        notice: Callable[[str], Mapping[str, Any]] = signals.notice,
        switchboard: Switchboard | None = None,
    ) -> None:
        """Take everything it needs; `contact` holds the helpdesk's `phone`, `email`, `hours`.

        Without a switchboard the assistant has every conversation.
        """
        self._database = database
        self._assistant = assistant
        self._vault = vault
        self._contacts = contacts
        self._replies = replies
        self._texts = texts
        self._sealer = Sealer(seal_key)
        self._clock = clock
        self._contact = contact
        self._regions = regions
        self._allow_drama = allow_drama
        self._limits = limits
        self._translations = translations or Translations(())
        self._notice = notice
        self._switchboard = switchboard

    def to(self, held: Conversation, message: Message) -> Outcome:
        """Return what the message comes to.

        Raises:
            ClientError, SealBroken: nothing is known yet; try again later.
        """
        kind = Kind(message.kind)
        noticed = self._notice(message.text) if kind in _WITH_WORDS else {}
        wants = [self._urgent(held, message)] if noticed.get(signals.WELLBEING) else []
        place = self._switchboard.place(held.conversation_id) if self._switchboard else None
        silence = self._reason_for_silence(held, message, kind)
        if silence is not None and not (wants and silence in _MACHINES):
            _log.warning("turn.not_answered", cause=silence)
            plan = self._silent_plan(held, place, message, silence, is_urgent=bool(wants))
            return self._outcome(held, state=messages.IGNORED, wants=wants, plan=plan)
        if place is not None and place.is_with_people:
            return self._with_people(held, place, message, kind, wants, silence)
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
        is_late = self._clock.now() - message.created_at > LAST_TRY_AFTER
        is_over = kind is not Kind.STOP and self._is_over_the_hour(message)
        is_machine = self._is_alike(message)
        if wants and (kind is not Kind.TEXT or is_late or is_over or is_machine):
            # Whatever else is wrong with such a text, these words come first.
            return self._helplines(held, message, noticed, wants)
        if is_over:
            return self._outcome(held, said=[self.fixed(held, _TOO_MANY)])
        if kind in FIXED:
            purpose = CONFIRMATION if kind is Kind.STOP else REPLY
            return self._outcome(held, said=[self.fixed(held, FIXED[kind], purpose=purpose)])
        if is_late:
            return self._unanswerable(held, "too_late", wants)
        if self._switchboard is not None and place is not None and not wants:
            routed = self._switchboard.answered(held, place, message)
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
        kind: Kind,
        wants: list[Handoff],
        silence: str | None,
    ) -> Outcome:
        """A person has the conversation: the assistant says nothing of its own accord."""
        assert self._switchboard is not None
        if kind in _NOTED:
            purpose = CONFIRMATION if kind is Kind.STOP else REPLY
            said = [self.fixed(held, FIXED[kind], purpose=purpose)]
            plan = self._switchboard.noted(place, message, _NOTED[kind])
            return self._outcome(held, said=said, plan=plan)
        if kind in _OF_THE_CHAT:
            plan = Plan(place=place, state=place.state)
            return self._outcome(held, said=[self.fixed(held, FIXED[kind])], plan=plan)
        said = []
        if wants:
            said.append(self._signpost(held))
        elif kind in _NOT_ACCEPTED:
            said.append(self.fixed(held, FIXED[kind]))
        elif self._is_over_the_hour(message):
            said.append(self.fixed(held, _TOO_MANY))
        held_back = _NOT_ANSWERED[silence] if silence else _HELD_BACK.get(kind)
        routed = self._switchboard.with_people(
            place, message, is_urgent=bool(wants), held_back=held_back
        )
        return self._routed(held, routed, wants, before=said)

    def _helplines(
        self,
        held: Conversation,
        message: Message,
        noticed: Mapping[str, Any],
        wants: list[Handoff],
    ) -> Outcome:
        """Return the signpost without Rasa, in the language of who is in distress if known."""
        foreign = self._in_their_language(held, message, noticed, wants)
        return foreign or self._outcome(held, said=[self._signpost(held)], wants=wants)

    def _signpost(self, held: Conversation) -> Said:
        text = self._wellbeing_text(held)
        return self._replies.prepare(text, channel=held.channel, author=messages.SERVICE)

    def _wellbeing_text(self, held: Conversation) -> str:
        """Return the signpost, in other words where it was said in the turn before."""
        names = ("utter_wellbeing", "utter_wellbeing_again")
        return self._varied(held, *(self._texts.say(n, channel=held.channel) for n in names))

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
            return self._switchboard.with_people(
                place, message, is_urgent=is_urgent, held_back=_NOT_ANSWERED[silence]
            ).plan
        if silence == "opted_out" and is_urgent:
            return self._switchboard.urgent(held, place, message) or still
        return still

    def _routed(
        self,
        held: Conversation,
        routed: Routed,
        wants: list[Handoff],
        before: list[Said] | None = None,
    ) -> Outcome:
        """Say what the switchboard says, in its words from data/."""
        said = [*(before or []), *(self._line(held, line) for line in routed.lines)]
        return self._outcome(held, said=said, wants=wants, plan=routed.plan)

    def _line(self, held: Conversation, line: Line) -> Said:
        text = self._texts.say(line.name, channel=held.channel, **line.values)
        return self._replies.prepare(text, channel=held.channel, author=messages.SERVICE)

    def _in_their_language(
        self,
        held: Conversation,
        message: Message,
        noticed: Mapping[str, Any],
        wants: list[Handoff],
    ) -> Outcome | None:
        """Answer someone who writes in another language, in it; None: the assistant answers.

        A code or a number is worked on whatever language stands around it, but for danger. The
        helplines are named in English too: the language may have been taken for another.
        """
        if not wants and (INWARD.search(message.text) or self._choice(held, message)):
            return None
        noticed_language = noticed.get(signals.LANGUAGE)
        if noticed_language in self._translations:
            language = str(noticed_language)
        else:
            language = self._translations.asked_for(message.text) or ""
        if not language:
            return None
        pair = WELLBEING_IN_THEIR_LANGUAGE if wants else IN_THEIR_LANGUAGE
        texts: list[tuple[str, str | None]] = [
            (self._varied(held, *self._translations.both(language, pair)), language)
        ]
        if wants:
            texts.append((self._wellbeing_text(held), None))
        else:
            wants = [self._handoff(held, message, reason=handoffs.LANGUAGE)]
            if "phone" in self._contact:
                phone = self._contact["phone"]
                texts.append((self._translations.say(language, CALL, phone=phone), language))
        said = [
            self._replies.prepare(text, channel=held.channel, author=messages.SERVICE, lang=lang)
            for text, lang in texts
        ]
        return self._outcome(held, said=said, wants=wants)

    def _varied(self, held: Conversation, first: str, again: str) -> str:
        """Return the second wording where the first one was said in the turn before."""
        with self._database.reading() as connection:
            latest = messages.latest(
                connection,
                held.conversation_id,
                authors=(messages.ASSISTANT, messages.SERVICE),
                limit=3,
            )
        last_turn = [reply for reply in latest if reply.turn_id == latest[0].turn_id]
        return again if any(reply.text == first for reply in last_turn) else first

    def fixed(self, held: Conversation, name: str, *, purpose: str = REPLY) -> Said:
        """Return what is said without Rasa."""
        text = self._texts.say(name, channel=held.channel)
        if name == FIXED[Kind.HELP]:
            again = self._texts.say(_HELP_AGAIN, channel=held.channel)
            ways = self._contact_lines(held.channel)
            text = self._varied(held, " ".join([text, *ways]), " ".join([again, *ways]))
        elif name in _WITH_CONTACT:
            text = " ".join([text, *self._contact_lines(held.channel)])
        elif name in _VARIED:
            text = self._varied(held, text, self._texts.say(_SAID_BEFORE, channel=held.channel))
        return self._replies.prepare(
            text, channel=held.channel, author=messages.SERVICE, purpose=purpose
        )

    def _reason_for_silence(self, held: Conversation, message: Message, kind: Kind) -> str | None:
        if not self._may_be_texted(held):
            return "not_mobile"
        if kind is Kind.STOP:
            return None
        with self._database.reading() as connection:
            if opt_outs.stands(connection, held.conversation_id):
                return "opted_out"
        if kind is Kind.AUTO_REPLY:
            return "auto_reply"
        if self._is_alike(message):
            return "loop"
        if self._is_over_the_hour(message) and self._was_told_so(held):
            return "ceiling"
        return None

    def _is_alike(self, message: Message) -> bool:
        """Tell whether the same words come again and again."""
        since = self._clock.now() - LOOP_WITHIN
        with self._database.reading() as connection:
            return messages.count_alike(connection, message, since=since) > MOST_ALIKE

    def _is_over_the_hour(self, message: Message) -> bool:
        """Tell whether it is more than one person is answered within an hour."""
        with self._database.reading() as connection:
            count = messages.count_up_to(connection, message, since=message.created_at - HOUR)
        return count > self._limits.turns_an_hour

    def _was_told_so(self, held: Conversation) -> bool:
        text = self.fixed(held, _TOO_MANY).text
        since = self._clock.now() - HOUR
        with self._database.reading() as connection:
            return messages.was_said(connection, held.conversation_id, text, since=since)

    def _may_be_texted(self, held: Conversation) -> bool:
        if held.sealed_number is None:
            return True
        number = self._contacts.open(held.sealed_number, held.conversation_id)
        try:
            check_mobile(number, regions=self._regions, allow_drama=self._allow_drama)
        except TextRefused:
            return False
        return True

    def _ask(
        self,
        held: Conversation,
        place: Place | None,
        message: Message,
        noticed: Mapping[str, Any],
        wants: list[Handoff],
    ) -> Outcome:
        try:
            answer = self._assistant.hand_in(self._turn(held, message, noticed))
        except ClientError as exc:
            if wants:
                # Not a moment later because a machine is down.
                return self._outcome(held, said=[self._signpost(held)], wants=wants)
            if isinstance(exc, Refused) and exc.status == _BAD_REQUEST:
                return self._unanswerable(held, "refused", wants)
            if self._switchboard is not None and place is not None:
                routed = self._switchboard.offered_itself(held, place, message, self._contact)
                if routed is not None:
                    # A person is wanted most when the assistant is away.
                    return self._routed(held, routed, wants)
            raise
        said = [
            self._replies.prepare_reply(reply, channel=held.channel)
            for reply in shows.with_input(answer.replies, answer.awaiting)
        ]
        if not wants and self._is_loop(held, said):
            _log.warning("turn.not_answered", cause="same_replies")
            return self._outcome(held, state=messages.IGNORED, wants=wants)
        journey = journeys.of_slot(answer.awaiting) or journeys.of_slot(held.awaiting)
        plan: Plan | None = None
        if self._switchboard is not None and place is not None:
            spoken = self._switchboard.spoken(held, place, message, answer.handoff)
            if isinstance(spoken, Routed):
                # Its own words take the place of the assistant's second offer, not of helplines.
                return self._routed(held, spoken, wants, before=said if wants else None)
            plan = spoken
        is_offer = plan is not None and plan.state is State.OFFERED
        if answer.handoff is not None and not is_offer:
            wants = [*wants, self._wanted(held, message, answer.handoff, journey)]
        return Outcome(
            said=said,
            awaiting=answer.awaiting,
            journey=journey,
            wants=wants,
            plan=plan,
            numbers=self._numbers(held, message),
        )

    def _is_loop(self, held: Conversation, said: list[Said]) -> bool:
        """Tell whether it would be the same reply once more, after it was given often enough."""
        most = MOST_SAME_REPLIES * len(said)
        with self._database.reading() as connection:
            replies = messages.latest(
                connection,
                held.conversation_id,
                authors=(messages.ASSISTANT, messages.SERVICE),
                limit=most,
            )
        since = self._clock.now() - LOOP_WITHIN
        earlier = [reply.text for reply in reversed(replies) if reply.created_at >= since]
        return bool(said) and earlier == [one.text for one in said] * MOST_SAME_REPLIES

    def _turn(self, held: Conversation, message: Message, noticed: Mapping[str, Any]) -> Turn:
        """Put the values into the vault, where their minutes begin now."""
        values = open_values(self._sealer, message.message_id, message.sealed_values)
        return Turn(
            turn_id=message.message_id,
            conversation_id=held.conversation_id,
            channel=held.channel,
            text=message.text,
            references={name: self._vault.put(value) for name, value in values.items()},
            sender=self._sender(held),
            choice=self._choice(held, message),
            signals=noticed,
        )

    def _numbers(self, held: Conversation, message: Message) -> tuple[str, ...]:
        """Return the ids of the numbers in a web chat's message, and of the phone it came from."""
        if self._contacts.is_of_number(held.conversation_id):
            return ()
        values = open_values(self._sealer, message.message_id, message.sealed_values)
        kinds = {match.group(): match["kind"] for match in INWARD.finditer(" ".join(values))}
        given = [e164(value) for name, value in values.items() if kinds.get(name) == PHONE]
        if held.sealed_number is not None:
            given.append(self._contacts.open(held.sealed_number, held.conversation_id))
        return tuple(self._contacts.conversation_id(number) for number in given if number)

    def _choice(self, held: Conversation, message: Message) -> str | None:
        if held.channel != WEBCHAT:
            return None
        with self._database.reading() as connection:
            return shows.choice_of(connection, message.message_id)

    def _sender(self, held: Conversation) -> Sender | None:
        if held.sealed_number is None:
            return None
        number = self._contacts.open(held.sealed_number, held.conversation_id)
        return Sender(reference=self._vault.put(number), last_three=number[-_LAST_THREE:])

    def _urgent(self, held: Conversation, message: Message) -> Handoff:
        return self._handoff(held, message, reason=handoffs.WELLBEING, urgent=True)

    def _wanted(
        self,
        held: Conversation,
        message: Message,
        asked: Mapping[str, Any],
        journey: str | None,
    ) -> Handoff:
        return self._handoff(
            held,
            message,
            reason=str(asked.get("reason") or "asked"),
            journey=str(asked.get("journey") or journey or "") or None,
            step=str(asked.get("step") or "") or None,
        )

    def _handoff(
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
        said = self.fixed(held, _TROUBLE)
        return self._outcome(held, said=[said], state=messages.DEAD, wants=wants)

    @staticmethod
    def _outcome(
        held: Conversation,
        *,
        said: list[Said] | None = None,
        state: str = messages.DONE,
        wants: list[Handoff] | None = None,
        plan: Plan | None = None,
    ) -> Outcome:
        """Return an outcome that leaves the assistant's dialogue where it stood."""
        return Outcome(
            said=said or [],
            awaiting=held.awaiting,
            journey=held.journey,
            state=state,
            wants=wants or [],
            plan=plan,
        )

    def _contact_lines(self, channel: str) -> list[str]:
        """Say how to reach a person: only what is configured, nothing invented."""
        return [
            self._texts.say(f"utter_edge_contact_{way}", channel=channel, **{way: value})
            for way, value in self._contact.items()
        ]
