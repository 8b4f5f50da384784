"""Who waits in a web chat for a code is told when its text does not arrive, without asking.

The hub asks for a text to a number and does not say on whose behalf. The chat knows: the number was
given in it. So a chat is told only of texts to numbers that were given in that very chat, while it
asks for the code, and of none but the newest.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from clients.delivery import DeliveryReason as Reason
from messaging.chat import numbers
from messaging.chat.numbers import Lost
from messaging.contacts import Contacts
from messaging.handoff import board
from messaging.numbers import last_three
from messaging.replies import Replies, Said
from messaging.requested import SECURITY_CODE
from messaging.store import conversations, handoffs, messages
from messaging.store.database import Database
from messaging.texts import Texts
from wire.clock import Clock
from wire.names import WEBCHAT

AWAITING: Final = "registration_code"
LOOK_EVERY: Final = timedelta(seconds=2)
TOLD_WITHIN: Final = timedelta(minutes=10)
"""As long as a code lives: later nobody waits for it."""
QUIET_AFTER_DISTRESS: Final = timedelta(hours=1)
"""Nothing about a code is said of our own accord to someone who was in distress just now."""
AT_ONCE: Final = 100

WORDS: Final[Mapping[Reason, str]] = {
    Reason.HANDSET_OFF: "utter_registration_unasked_handset_off",
    Reason.BLOCKED: "utter_registration_unasked_blocked",
    Reason.UNKNOWN_NUMBER: "utter_registration_unasked_unknown_number",
    Reason.LANDLINE: "utter_registration_unasked_landline",
    Reason.FILTERED: "utter_registration_unasked_filtered",
    Reason.OPTED_OUT: "utter_registration_unasked_opted_out",
    Reason.NOT_MOBILE: "utter_registration_unasked_landline",
    Reason.NO_ROUTE: "utter_registration_unasked_no_route",
    Reason.EXPIRED: "utter_registration_unasked_late",
    Reason.UNKNOWN: "utter_registration_unasked_unknown",
}

_log = structlog.get_logger(__name__)


class Undelivered:
    """Tells web chats of codes that did not arrive; safe to run in many processes."""

    def __init__(
        self,
        *,
        database: Database,
        contacts: Contacts,
        replies: Replies,
        texts: Texts,
        clock: Clock,
        news: Callable[[str], None],
    ) -> None:
        """Take everything it needs; `news` is told of a web chat whose log has grown."""
        self._database = database
        self._contacts = contacts
        self._replies = replies
        self._texts = texts
        self._clock = clock
        self._news = news

    def tell(self) -> int:
        """Tell every chat that waits for a text which did not arrive; return how many.

        Raises:
            DatabaseAway: not now.
        """
        with self._database.reading() as connection:
            found = numbers.lost(
                connection,
                purpose=SECURITY_CODE,
                awaiting=AWAITING,
                since=self._clock.now() - TOLD_WITHIN,
                limit=AT_ONCE,
            )
        done = 0
        for one in found:
            said = self._said(one)
            with self._database.transaction() as connection:
                is_told = said is not None and self._tell(connection, one, said)
            if is_told:
                done += 1
                self._news(one.chat_id)
                _log.info("code.told_undelivered", conversation=one.chat_id, reason=one.reason)
        return done

    def _said(self, one: Lost) -> Said | None:
        with self._database.reading() as connection:
            phone = conversations.get(connection, one.phone_id)
        if phone is None or phone.sealed_number is None:
            return None
        number = self._contacts.open(phone.sealed_number, one.phone_id)
        reason = Reason(one.reason) if one.reason in set(Reason) else Reason.UNKNOWN
        text = self._texts.say(WORDS[reason], channel=WEBCHAT, ends_with=last_three(number))
        return self._replies.prepare(text, channel=WEBCHAT, author=messages.SERVICE)

    def _tell(self, connection: Connection, one: Lost, said: Said) -> bool:
        """Say it, if the chat still waits for that text; in the transaction that notes it."""
        now = self._clock.now()
        chat = conversations.lock(connection, one.chat_id)
        if chat is None or chat.awaiting != AWAITING:
            return False
        if not numbers.is_newest(connection, one, purpose=SECURITY_CODE):
            return False
        is_with_people = board.read(connection, one.chat_id).is_with_people
        since = now - QUIET_AFTER_DISTRESS
        if is_with_people or handoffs.was_urgent(connection, one.chat_id, since=since):
            return False
        if not numbers.told(connection, one):
            return False
        self._replies.append(
            connection,
            # In the chat alone: a phone that has joined it has had no text, or is the lost one.
            replace(chat, sealed_number=None),
            [said],
            key=f"undelivered/{one.text_id}",
            turn_id=None,
            journey=chat.journey,
            now=now,
        )
        return True
