"""What is said without Rasa: fixed sentences, helplines, a word in another language."""

from collections.abc import Mapping
from typing import Final

from messaging.handoff.lines import Line, contact_lines
from messaging.kinds import Kind
from messaging.replies import REPLY, Replies, Said
from messaging.store import messages
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.messages import Message
from messaging.texts import Texts
from messaging.translations import CALL, COUNCIL, HELP, WELLBEING, Translations

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
    FIXED[kind]
    for kind in (
        Kind.EMPTY,
        Kind.UNREAD,
        Kind.MEDIA,
        Kind.REACTION,
        Kind.TOO_LONG,
        Kind.START,
    )
)
"""Not said twice running: the second time a person is named."""
_SAID_BEFORE: Final = "utter_core_said_before"
_HELP_AGAIN: Final = "utter_edge_help_again"
TOO_MANY: Final = "utter_edge_too_many"
TROUBLE: Final = "utter_edge_trouble"
_WITH_CONTACT: Final = (TOO_MANY, TROUBLE)
"""Said where the assistant does not go on: how to reach people stands beside it."""
_SIGNPOST: Final = ("utter_wellbeing", "utter_wellbeing_again")
_COUNCIL: Final = {
    frozenset({"phone"}): "utter_wellbeing_council",
    frozenset({"out_of_hours"}): "utter_wellbeing_council_out_of_hours",
    frozenset({"phone", "out_of_hours"}): "utter_wellbeing_council_both",
}
"""By which of the council's numbers are configured."""


class Sentences:
    """Prepares them; safe to share between threads."""

    def __init__(
        self,
        *,
        database: Database,
        replies: Replies,
        texts: Texts,
        contact: Mapping[str, str],
        safeguarding: Mapping[str, str],
        translations: Translations,
    ) -> None:
        """Take everything it needs; `contact` holds the helpdesk's `phone`, `email`, `hours`.

        `safeguarding` holds the council's numbers beside the helplines: `phone`, `out_of_hours`.
        """
        self._database = database
        self._replies = replies
        self._texts = texts
        self._contact = contact
        self._safeguarding = safeguarding
        self._translations = translations

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
        return self._said(held, text, purpose=purpose)

    def line(self, held: Conversation, line: Line) -> Said:
        """Return what the switchboard says, in its words from data/."""
        return self._said(held, self._texts.say(line.name, channel=held.channel, **line.values))

    def language_of(self, message: Message, noticed: str | None) -> str | None:
        """Return the language that a message is answered in where that is not English."""
        if noticed is not None and noticed in self._translations:
            return noticed
        return self._translations.asked_for(message.text)

    def help_in(self, held: Conversation, language: str) -> list[Said]:
        """Return that a person will help, and how to call, in another language."""
        text = self._varied(held, *self._translations.both(language, HELP))
        said = [self._said(held, text, lang=language)]
        if "phone" in self._contact:
            call = self._translations.say(language, CALL, phone=self._contact["phone"])
            said.append(self._said(held, call, lang=language))
        return said

    def helplines(self, held: Conversation, language: str | None = None) -> list[Said]:
        """Return the signpost, in other words where it was said in the turn before.

        In English too, whatever the language: it may have been taken for another.
        """
        english = (self._texts.say(name, channel=held.channel) for name in _SIGNPOST)
        said = [self._said(held, self._varied(held, *english))]
        council = _COUNCIL.get(frozenset(self._safeguarding))
        if council is not None:
            text = self._texts.say(council, channel=held.channel, **self._safeguarding)
            said.append(self._said(held, text))
        if language is None:
            return said
        texts = [self._varied(held, *self._translations.both(language, WELLBEING))]
        if council is not None:
            numbers = ", ".join(self._safeguarding.values())
            texts.append(self._translations.say(language, COUNCIL, phones=numbers))
        return [*(self._said(held, text, lang=language) for text in texts), *said]

    def _said(
        self, held: Conversation, text: str, *, purpose: str = REPLY, lang: str | None = None
    ) -> Said:
        return self._replies.prepare(
            text, channel=held.channel, author=messages.SERVICE, purpose=purpose, lang=lang
        )

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

    def _contact_lines(self, channel: str) -> list[str]:
        """Say how to reach a person: only what is configured, nothing invented."""
        return [
            self._texts.say(line.name, channel=channel, **line.values)
            for line in contact_lines(self._contact)
        ]
