"""What goes to and fro between a conversation and the helpdesk, by the clock.

Everything that counts is a row: a crash at any point repeats at most a call that carries a key, and
nothing that came from the helpdesk is dealt with twice.
"""

from collections.abc import Callable

from clients.helpdesk import Helpdesk
from messaging.contacts import Contacts
from messaging.handoff.agent_replies import AgentReplies
from messaging.handoff.closing import Closing
from messaging.handoff.collector import Collector
from messaging.handoff.desk import Desk
from messaging.handoff.incoming import Incoming
from messaging.handoff.links import Links
from messaging.handoff.outgoing import Outgoing
from messaging.handoff.pace import Pace
from messaging.handoff.timekeeper import Timekeeper
from messaging.handoff.voice import Voice
from messaging.handoff.ways import Ways
from messaging.outbox import some_jitter
from messaging.replies import Replies
from messaging.store.database import Database
from messaging.texts import Texts
from wire.clock import Clock


class DeskWork:
    """Sends, collects, delivers, keeps time; safe to run in many processes."""

    def __init__(
        self,
        *,
        database: Database,
        helpdesk: Helpdesk,
        desk: Desk,
        pace: Pace,
        contacts: Contacts,
        replies: Replies,
        texts: Texts,
        seal_key: bytes,
        links: Links | None,
        ways: Ways,
        clock: Clock,
        news: Callable[[str], None],
        jitter: Callable[[], float] = some_jitter,
    ) -> None:
        """Take everything it needs; `news` is told of a web chat whose log or state has changed."""
        voice = Voice(replies=replies, texts=texts, seal_key=seal_key, clock=clock)
        self._outgoing = Outgoing(
            database=database,
            helpdesk=helpdesk,
            desk=desk,
            contacts=contacts,
            voice=voice,
            seal_key=seal_key,
            links=links,
            ways=ways,
            clock=clock,
            news=news,
            jitter=jitter,
        )
        self._collector = Collector(
            database=database, helpdesk=helpdesk, seal_key=seal_key, clock=clock
        )
        self._incoming = Incoming(
            database=database,
            helpdesk=helpdesk,
            replies=AgentReplies(desk=desk, replies=replies, voice=voice, ways=ways, clock=clock),
            closing=Closing(desk=desk, voice=voice, clock=clock),
            voice=voice,
            seal_key=seal_key,
            clock=clock,
            news=news,
        )
        self._timekeeper = Timekeeper(
            database=database, desk=desk, pace=pace, voice=voice, clock=clock, news=news
        )

    def work(self) -> None:
        """Do everything that is due but for asking the helpdesk for news.

        Raises:
            DatabaseAway: not now.
        """
        self.receive()
        self.send_due()

    def receive(self) -> None:
        """Do what is due on the parents' side: the clock, what was not delivered, what came.

        Raises:
            DatabaseAway: not now.
        """
        self.keep_time()
        self.tell_undelivered()
        self.deliver()

    def send_due(self) -> int:
        """Hand over what waits; return how many were tried.

        Raises:
            DatabaseAway: not now.
        """
        return self._outgoing.send_due()

    def collect(self) -> int:
        """Ask the helpdesk what happened; return how much of it was new.

        Raises:
            DatabaseAway, ClientError: not now; the next time begins at the same place.
        """
        return self._collector.collect()

    def deliver(self) -> int:
        """Deal with what came from the helpdesk; return how much was dealt with.

        Raises:
            DatabaseAway: not now.
        """
        return self._incoming.deliver()

    def keep_time(self) -> int:
        """Do what the clock says is due.

        Raises:
            DatabaseAway: not now.
        """
        return self._timekeeper.keep_time()

    def tell_undelivered(self) -> int:
        """Tell people which of their replies did not arrive.

        Raises:
            DatabaseAway: not now.
        """
        return self._timekeeper.tell_undelivered()
