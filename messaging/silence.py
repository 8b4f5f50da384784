"""When a message is met with silence, and when it is too much, too often or too late.

For machines: words of distress break every one of these rules but the two that say who may be
texted at all (`BREAKABLE`).
"""

from datetime import timedelta
from typing import Final

from messaging.contacts import Contacts
from messaging.errors import TextRefused
from messaging.kinds import Kind
from messaging.limits import HOUR, Limits
from messaging.numbers import check_mobile
from messaging.replies import Said
from messaging.store import messages, opt_outs
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.messages import Message
from wire.clock import Clock

LAST_TRY_AFTER = timedelta(hours=24)
"""A step's state is kept as long; an answer after that would answer nothing."""
LOOP_WITHIN = timedelta(minutes=5)
MOST_ALIKE = 20
"""More texts of the same words within that time come from a machine."""
MOST_SAME_REPLIES = 3

CAUSES: Final = {
    "not_mobile": "nothing was sent back: this is no number that we text",
    "opted_out": "nothing was sent back: the parent has stopped texts",
    "auto_reply": "this looks like an automatic reply",
    "loop": "the same words have come very often within minutes",
    "ceiling": "very many messages have come within an hour",
}
"""Why a message is met with silence: what the log says, and what the person is told."""
BREAKABLE: Final = ("auto_reply", "loop", "ceiling")
"""Silence for what a machine may have written; words of distress break it."""


class Silence:
    """Tells what is not answered; safe to share between threads."""

    def __init__(
        self,
        *,
        database: Database,
        contacts: Contacts,
        regions: tuple[str, ...],
        allow_drama: bool,
        limits: Limits,
        clock: Clock,
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._contacts = contacts
        self._regions = regions
        self._allow_drama = allow_drama
        self._limits = limits
        self._clock = clock

    def cause(self, held: Conversation, message: Message, *, too_many: str) -> str | None:
        """Return why nothing is said, one of `CAUSES`; None: it is answered.

        Args:
            too_many: the sentence that tells of the limit of an hour; said once in it.
        """
        kind = Kind(message.kind)
        if not self._may_be_texted(held):
            return "not_mobile"
        if kind is Kind.STOP:
            return None
        with self._database.reading() as connection:
            if opt_outs.stands(connection, held.conversation_id):
                return "opted_out"
        if kind is Kind.AUTO_REPLY:
            return "auto_reply"
        if self.is_alike(message):
            return "loop"
        if self.is_too_many(message) and self._was_said(held, too_many):
            return "ceiling"
        return None

    def is_alike(self, message: Message) -> bool:
        """Tell whether the same words come again and again."""
        since = self._clock.now() - LOOP_WITHIN
        with self._database.reading() as connection:
            return messages.count_alike(connection, message, since=since) > MOST_ALIKE

    def is_too_many(self, message: Message) -> bool:
        """Tell whether it is more than one person is answered within an hour."""
        with self._database.reading() as connection:
            count = messages.count_up_to(connection, message, since=message.created_at - HOUR)
        return count > self._limits.turns_an_hour

    def is_too_late(self, message: Message) -> bool:
        """Tell whether it has waited so long that an answer would answer nothing."""
        return self._clock.now() - message.created_at > LAST_TRY_AFTER

    def is_same_again(self, held: Conversation, said: list[Said]) -> bool:
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

    def _was_said(self, held: Conversation, text: str) -> bool:
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
