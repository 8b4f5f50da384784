"""A service notice ("The hub is down until 3pm."), set and lifted while everything runs.

It is said once in every conversation, before the first answer, and again with a failure of the hub.
Nothing stands beside a reply to distress, and nothing goes to people who have stopped texts or
whom a person is helping.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol

from messaging import segments
from messaging.outcome import Outcome
from messaging.replies import REPLY, Replies, Said
from messaging.segments import Encoding
from messaging.store import handoffs, messages, notices
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.messages import Message
from messaging.store.notices import Notice
from messaging.texts import Texts
from wire.clock import Clock

LONGEST: Final = 160
"""One segment: a notice comes on top of what else is said."""
AGAIN_AFTER: Final = timedelta(minutes=30)
"""So long after it was told, a failure tells it again."""

FAILURES: Final = (
    "utter_core_hub_away",
    "utter_core_hub_away_again",
    "utter_core_backend_away",
    "utter_core_sorry",
    "utter_core_sorry_again",
    "utter_registration_link_not_made",
    "utter_edge_trouble",
)
"""Responses that say that something of ours does not work."""
DELAY: Final = "utter_edge_delay"


class NoticeRefused(Exception):
    """A text that cannot be a notice; the message says why."""


def check(text: str) -> str:
    """Return the text as it will be said.

    Raises:
        NoticeRefused: it is empty, too long, or has characters that double what a text costs.
    """
    text = " ".join(segments.plain(text).split())
    size = segments.measure(text)
    if not text:
        raise NoticeRefused("The notice has no words.")
    if size.encoding is not Encoding.GSM_7:
        raise NoticeRefused("The notice has characters that plain texts do not have.")
    if size.units > LONGEST:
        raise NoticeRefused(f"The notice has {size.units} characters; {LONGEST} fit in one text.")
    return text


class Answering(Protocol):
    """What is asked of `messaging.answers.Answers`."""

    def to(self, held: Conversation, message: Message) -> Outcome:
        """Return what a message comes to."""

    def fixed(self, held: Conversation, name: str, *, purpose: str = REPLY) -> Said:
        """Return what is said without Rasa."""


class NoticedAnswers:
    """Answers with the notice that stands; safe to share between threads."""

    def __init__(
        self,
        answers: Answering,
        *,
        database: Database,
        replies: Replies,
        texts: Texts,
        clock: Clock,
    ) -> None:
        """Take whose answers they are, and everything needed to add to them."""
        self._answers = answers
        self._database = database
        self._replies = replies
        self._texts = texts
        self._clock = clock

    def to(self, held: Conversation, message: Message) -> Outcome:
        """Return what the message comes to, the notice first where it is due.

        Raises:
            ClientError, SealBroken: nothing is known yet; try again later.
        """
        outcome = self._answers.to(held, message)
        if not self._may_be_added_to(outcome):
            return outcome
        notice = self._due(held, is_failure=self._tells_failure(held, outcome))
        if notice is None:
            return outcome
        return replace(outcome, said=[self._said(held, notice.text), *outcome.said])

    def fixed(self, held: Conversation, name: str, *, purpose: str = REPLY) -> Said:
        """Return what is said without Rasa; a delay is told with its reason, where one is set."""
        said = self._answers.fixed(held, name, purpose=purpose)
        notice = self._due(held, is_failure=True) if name == DELAY else None
        return said if notice is None else self._said(held, f"{said.text} {notice.text}")

    @staticmethod
    def _may_be_added_to(outcome: Outcome) -> bool:
        is_urgent = any(want.reason == handoffs.WELLBEING for want in outcome.wants)
        is_said_here = all(
            one.author in (messages.ASSISTANT, messages.SERVICE) and one.purpose == REPLY
            for one in outcome.said
        )
        is_with_people = outcome.plan is not None and outcome.plan.place.is_with_people
        return bool(outcome.said) and is_said_here and not is_urgent and not is_with_people

    def _tells_failure(self, held: Conversation, outcome: Outcome) -> bool:
        # Some have the ways to people behind them.
        failures = tuple(self._texts.say(name, channel=held.channel) for name in FAILURES)
        return any(one.text.startswith(failures) for one in outcome.said)

    def _due(self, held: Conversation, *, is_failure: bool) -> Notice | None:
        with self._database.reading() as connection:
            notice = notices.current(connection)
            if notice is None:
                return None
            since = self._clock.now() - AGAIN_AFTER if is_failure else notice.set_at
            told = notices.was_told(connection, notice, held.conversation_id, since=since)
        return None if told else notice

    def _said(self, held: Conversation, text: str) -> Said:
        return self._replies.prepare(text, channel=held.channel, author=messages.SERVICE)
