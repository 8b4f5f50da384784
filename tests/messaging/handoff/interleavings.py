"""Random interleavings of parents, people, the clock and faults, and what must hold after each.

One run: two parents, one helpdesk, some forty events in random order, among them kills, a helpdesk
that hangs or is down, news that come twice or out of order. Afterwards everything is mended, and:
every word of a parent was answered by the assistant or stands in that parent's ticket, once; every
word of a person stands on that parent's phone, once; and the assistant never spoke while a person
had the conversation (a trigger in the database watches every row as it is written).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import timedelta
from random import Random

from sqlalchemy import text

from clients.errors import ClientError
from messaging.errors import DatabaseAway
from messaging.handoff.states import WITH_PEOPLE
from messaging.store import conversations
from tests.messaging.handoff.parent import Parent
from tests.messaging.mortal import Bench, Killed

NUMBERS = ("+447700900101", "+447700900202")
EVENTS = 40
_WATCH = """
CREATE TABLE two_speakers (conversation_id TEXT, said TEXT);
CREATE TRIGGER watch AFTER INSERT ON messages
WHEN NEW.author = 'assistant' AND EXISTS (
  SELECT 1 FROM switchboard s
  WHERE s.conversation_id = NEW.conversation_id AND s.state IN ({states}))
BEGIN INSERT INTO two_speakers VALUES (NEW.conversation_id, NEW.text); END
"""


@dataclass
class Found:
    """What a run came to."""

    lost: int = 0
    doubled: int = 0
    misdirected: int = 0
    two_speakers: int = 0
    words: int = 0
    kills: int = 0
    passed_on: int = 0
    detail: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.misdirected or self.two_speakers)

    def add(self, other: "Found") -> None:
        """Count another run's findings in."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


class Run:
    """One random run."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench = bench
        self.random = Random(seed)
        self.parents = [Parent(bench, number) for number in NUMBERS]
        self.parent_words: dict[str, Parent] = {}
        self.person_words: dict[str, str] = {}
        self.found = Found()
        self._count = 0
        self._watch()

    def _watch(self) -> None:
        states = ", ".join(f"'{state}'" for state in sorted(WITH_PEOPLE))
        table, trigger = _WATCH.format(states=states).split(";", 1)
        with self.bench.database.transaction() as connection:
            connection.execute(text(table))
            connection.execute(text(trigger))

    def go(self) -> Found:
        """Run, mend, judge."""
        happenings: list[tuple[int, Callable[[], None]]] = [
            (10, self.parent_speaks),
            (5, self.parent_asks),
            (6, self.parent_answers),
            (2, self.parent_returns),
            (8, self.person_replies),
            (3, self.person_resolves),
            (2, self.person_replies_and_resolves),
            (6, self.time_passes),
            (4, self.helpdesk_fails),
            (3, self.carrier_fails),
            (3, self.news_again),
            (14, self.something_works),
            (4, self.killed),
        ]
        weights = [weight for weight, _ in happenings]
        for _ in range(EVENTS):
            (_, happens), *_ = self.random.choices(happenings, weights)
            self.alive(happens)
        self.mend()
        return self.judge()

    def alive(self, work: Callable[[], None]) -> None:
        """Do something; whoever is killed in it is made anew."""
        try:
            work()
        except Killed:
            self.bench.fate.left = None
            self.bench._make()
            self.found.kills += 1
        except (ClientError, DatabaseAway):
            pass

    # ---- what can happen --------------------------------------------------------------------

    def token(self) -> str:
        """Return words that nobody has said, without digits, which would be masked."""
        self._count += 1
        letters = "".join(chr(ord("a") + int(d)) for d in f"{self._count:03}")
        return f"words {letters}{''.join(self.random.choices('klmnpqrst', k=6))}"

    def parent_speaks(self) -> None:
        parent, words = self.random.choice(self.parents), self.token()
        self.parent_words[words] = parent
        parent.says(words, and_sweep=False)

    def parent_asks(self) -> None:
        self.random.choice(self.parents).says("a person", and_sweep=False)

    def parent_answers(self) -> None:
        parent = self.random.choice(self.parents)
        parent.says(self.random.choice("1123"), and_sweep=False)

    def parent_returns(self) -> None:
        self.random.choice(self.parents).says("assistant", and_sweep=False)

    def person_replies(self, command: str = "") -> None:
        tickets = list(self.bench.helpdesk.tickets.values())
        if not tickets:
            return
        kept, words = self.random.choice(tickets), self.token()
        self.person_words[words] = kept.remote_ref
        self.bench.helpdesk.replies(kept.remote_ref, words + command)

    def person_replies_and_resolves(self) -> None:
        self.person_replies("\nresolve")

    def person_resolves(self) -> None:
        tickets = list(self.bench.helpdesk.tickets)
        if tickets:
            self.bench.helpdesk.resolves(self.random.choice(tickets))

    def time_passes(self) -> None:
        seconds = self.random.choice([1, 5, 20, 61, 301, 901, 1801, 7200, 90000])
        if seconds > 3600:
            # A sweep a second is what runs; nobody is away for hours but in the cases below.
            self.bench.carrier.moods.clear()
            self.bench.helpdesk.is_down = False
            for _ in range(4):
                self.bench.sweep()
                self.bench.clock.pass_by(timedelta(seconds=31))
        self.bench.clock.pass_by(timedelta(seconds=seconds))

    def helpdesk_fails(self) -> None:
        helpdesk = self.bench.helpdesk
        if self.random.random() < 0.3:
            helpdesk.is_down = not helpdesk.is_down
        else:
            helpdesk.moods.append(self.random.choice(["away", "hangs", "echoes", "refuses"]))

    def carrier_fails(self) -> None:
        self.bench.carrier.moods.append(self.random.choice(["busy", "away", "hangs"]))

    def news_again(self) -> None:
        """Hand old news in again, in any order, as a webhook does beside the poll."""
        log = self.bench.helpdesk.log
        if log:
            again = self.random.sample(log, k=min(len(log), 3))
            with self.bench.database.transaction() as connection:
                self.bench.deskwork.take_in(connection, again)

    def something_works(self) -> None:
        bench = self.bench
        self.random.choice(
            [
                self.turns,
                self.turns,
                bench.deskwork.send_due,
                bench.deskwork.collect,
                bench.deskwork.deliver,
                bench.deskwork.keep_time,
                bench.deskwork.tell_undelivered,
                bench.outbox.send_due,
                bench.sweep,
            ]
        )()

    def turns(self) -> None:
        bench = self.bench
        with bench.database.reading() as connection:
            due = conversations.due(connection, now=bench.clock.now(), limit=9)
        self.random.shuffle(due)
        for conversation_id in due:
            bench.worker.work(conversation_id)

    def killed(self) -> None:
        self.bench.fate.left = self.random.randrange(12)
        try:
            self.something_works()
        finally:
            self.bench.fate.left = None

    # ---- judging ----------------------------------------------------------------------------

    def mend(self) -> None:
        bench = self.bench
        bench.helpdesk.is_down = False
        bench.helpdesk.moods.clear()
        bench.carrier.moods.clear()
        bench.fate.left = None
        for _ in range(14):
            bench.sweep()
            bench.clock.pass_by(timedelta(seconds=130))

    def judge(self) -> Found:
        found, bench = self.found, self.bench
        phones = {parent.number: parent.read() for parent in self.parents}
        found.words = len(self.parent_words) + len(self.person_words)
        found.passed_on = len(bench.helpdesk.tickets)
        owners = {
            kept.ticket.case_id: self._owner(kept.ticket.case_id)
            for kept in bench.helpdesk.tickets.values()
        }
        for words, parent in self.parent_words.items():
            places = Counter[str]()
            for number, texts in phones.items():
                places[number] += sum(said == f"You said: {words}" for said in texts)
            for kept in bench.helpdesk.tickets.values():
                owner = owners[kept.ticket.case_id]
                places[owner] += sum(said == words for said in kept.texts)
            self._count_places(words, places, parent.number)
        for words, remote_ref in self.person_words.items():
            owner = owners[bench.helpdesk.tickets[remote_ref].ticket.case_id]
            places = Counter(
                {
                    number: sum(said.endswith(f": {words}") for said in texts)
                    for number, texts in phones.items()
                }
            )
            self._count_places(words, places, owner)
        with bench.database.reading() as connection:
            rows = connection.execute(text("SELECT said FROM two_speakers")).all()
        found.two_speakers = len(rows)
        found.detail += [f"two speakers: {row.said}" for row in rows]
        return found

    def _count_places(self, words: str, places: Counter[str], owner: str) -> None:
        if places[owner] == 0:
            self.found.lost += 1
            self.found.detail.append(f"lost: {words}")
        if places[owner] > 1:
            self.found.doubled += 1
            self.found.detail.append(f"doubled: {words}")
        if any(count for number, count in places.items() if number != owner):
            self.found.misdirected += 1
            self.found.detail.append(f"misdirected: {words}")

    def _owner(self, case_id: str) -> str:
        with self.bench.database.reading() as connection:
            row = connection.execute(
                text("SELECT conversation_id FROM cases WHERE case_id = :id"), {"id": case_id}
            ).one()
        return next(p.number for p in self.parents if p.conversation_id == row.conversation_id)
