"""What the assistant may say when it offers a person; asked for by the action server."""

from dataclasses import dataclass

from messaging.contacts import Contacts
from messaging.handoff import consent
from messaging.handoff.desk import Desk, facts_of
from messaging.numbers import last_three
from messaging.store import conversations
from messaging.store.database import Database
from wire.clock import Clock


@dataclass(frozen=True, kw_only=True)
class OfferFacts:
    """The facts of an offer to one parent, at this moment."""

    team: str
    is_open: bool | None
    back: str | None
    wait: str | None
    number_ends_with: str | None
    """None: no number is known, so none can be shared."""
    version: str
    """Of the words that the parent agrees to."""


class OfferDoor:
    """Answers "how do things stand at the helpdesk?"; changes nothing."""

    def __init__(
        self, *, database: Database, contacts: Contacts, desk: Desk | None, clock: Clock
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._contacts = contacts
        self._desk = desk
        self._clock = clock

    def facts(self, conversation_id: str) -> OfferFacts | None:
        """Return the facts; None: there is no helpdesk to pass anything on to.

        Raises:
            DatabaseAway: not to be told just now.
        """
        if self._desk is None:
            return None
        with self._database.reading() as connection:
            held = conversations.get(connection, conversation_id)
            found = facts_of(connection, self._desk, now=self._clock.now())
        number = None
        if held is not None and held.sealed_number is not None:
            number = self._contacts.open(held.sealed_number, conversation_id)
        return OfferFacts(
            team=self._desk.team,
            is_open=found.is_open,
            back=found.back,
            wait=found.wait,
            number_ends_with=None if number is None else last_three(number),
            version=consent.VERSION,
        )
