"""Bot or person? Decided for every message of a parent, before Rasa sees it."""

from sqlalchemy import Connection

from clients.sealing import Sealer
from messaging.contacts import Contacts
from messaging.handoff import board, plans
from messaging.handoff.board import Place
from messaging.handoff.desk import Desk
from messaging.handoff.escalation import Escalation
from messaging.handoff.offers import Offers
from messaging.handoff.pace import Pace
from messaging.handoff.plans import Plan
from messaging.handoff.with_people import WithPeople
from messaging.store.database import Database
from wire.clock import Clock


class Switchboard:
    """Who has a conversation, and what makes the plans there. Safe to share between threads.

    Attributes:
        offers: while the assistant has it.
        escalation: from the assistant to people.
        with_people: while people have it.
    """

    def __init__(
        self,
        *,
        database: Database,
        desk: Desk,
        pace: Pace,
        contacts: Contacts,
        seal_key: bytes,
        clock: Clock,
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._sealer = Sealer(seal_key)
        self._clock = clock
        self.escalation = Escalation(
            database=database, desk=desk, pace=pace, sealer=self._sealer, clock=clock
        )
        self.offers = Offers(
            database=database,
            desk=desk,
            contacts=contacts,
            escalation=self.escalation,
            clock=clock,
        )
        self.with_people = WithPeople(
            database=database, desk=desk, pace=pace, sealer=self._sealer, clock=clock
        )

    def place(self, conversation_id: str) -> Place:
        """Return who has the conversation.

        Raises:
            DatabaseAway: nobody knows.
        """
        with self._database.reading() as connection:
            return board.read(connection, conversation_id)

    def apply(self, connection: Connection, plan: Plan) -> None:
        """Store a plan in the turn's transaction.

        Raises:
            Overtaken: the switchboard has moved since the plan was made.
        """
        plans.apply(connection, self._sealer, plan, now=self._clock.now())
