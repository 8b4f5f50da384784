"""Random interleavings of parents, people, the clock and faults, and what must hold after each.

One run: two parents by text, one in the web chat, one helpdesk, some fifty events in random order,
among them kills, a helpdesk that hangs or is down, news that come twice or out of order, STOP and
words of danger. Afterwards everything is mended, and: every word of a parent was answered by the
assistant or stands in that parent's ticket, once, and not in one that was closed over it; every
word of a person reached that parent, once; nobody is left in silence with a closed ticket; danger
is marked as urgent; and neither the assistant nor a sentence of the service that belongs to it was
said while a person had the conversation (a trigger in the database watches every row as it is
written).
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import timedelta
from random import Random

from sqlalchemy import text

from clients.errors import ClientError
from messaging.errors import DatabaseAway
from messaging.handoff import cases
from messaging.handoff.states import WITH_PEOPLE, State
from messaging.store import conversations
from tests.fakes.helpdesk import Kept
from tests.messaging.handoff.parent import ChatParent, Parent
from tests.messaging.mortal import Bench, Killed
from wire.names import CHANNELS

NUMBERS = ("+447700900101", "+447700900202")
EVENTS = 50
_WATCH = """
CREATE TABLE two_speakers (conversation_id TEXT, author TEXT, said TEXT);
CREATE TRIGGER watch AFTER INSERT ON messages
WHEN NEW.author IN ('assistant', 'service') AND EXISTS (
  SELECT 1 FROM switchboard s
  WHERE s.conversation_id = NEW.conversation_id AND s.state IN ({states}))
BEGIN INSERT INTO two_speakers VALUES (NEW.conversation_id, NEW.author, NEW.text); END
"""
SAID_BESIDE_PEOPLE = (
    *(f"utter_support_passed_on{more}" for more in ("", "_closed", "_wait")),
    *(f"utter_support_number_{more}" for more in ("shared", "not_shared")),
    *(f"utter_support_{more}" for more in ("not_through", "through", "not_taken")),
    *(f"utter_support_{more}" for more in ("receipt", "holding", "nobody_free", "joined", "cut")),
    *(f"utter_support_{more}" for more in ("nobody_free_back", "closed", "reopened", "farewell")),
    *(f"utter_{more}" for more in ("wellbeing", "wellbeing_again")),
    *(f"utter_edge_{more}" for more in ("stopped", "started")),
    "utter_core_said_before",
)
"""What the service may say while people have the conversation; all else is the assistant's."""
_HOLE = re.compile(r"\\\{\w+\\\}")
DANGER = "i want to kill myself"


@dataclass
class Found:
    """What a run came to."""

    lost: int = 0
    doubled: int = 0
    misdirected: int = 0
    two_speakers: int = 0
    unread: int = 0
    """Words in a ticket that was closed over them."""
    stuck: int = 0
    """Parents whom nobody answers: the assistant is silent and the ticket is closed."""
    not_urgent: int = 0
    words: int = 0
    kills: int = 0
    passed_on: int = 0
    detail: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        bounds = (self.lost, self.doubled, self.misdirected, self.two_speakers)
        return not any((*bounds, self.unread, self.stuck, self.not_urgent))

    def add(self, other: "Found") -> None:
        """Count another run's findings in."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


class Run:
    """One random run."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench = bench
        self.random = Random(seed)
        self.by_text = [Parent(bench, number) for number in NUMBERS]
        self.parents: list[Parent] = [*self.by_text, ChatParent(bench)]
        self.parent_words: dict[str, Parent] = {}
        self.person_words: dict[str, str] = {}
        self.stopped: set[str] = set()
        """Parents who have sent STOP at some time: not everything reaches them, or is answered."""
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
            (8, self.parent_asks),
            (1, self.parent_in_danger),
            (1, self.parent_stops),
            (1, self.parent_starts),
            (9, self.parent_answers),
            (2, self.parent_returns),
            (8, self.person_replies),
            (3, self.person_resolves),
            (2, self.person_replies_and_resolves),
            (6, self.time_passes),
            (4, self.helpdesk_fails),
            (3, self.carrier_fails),
            (3, self.news_again),
            (20, self.something_works),
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
        """Return words that nobody has said: no digits, which would be masked, and plain English.

        Letters by themselves are sometimes taken for another language, and answered in it.
        """
        self._count += 1
        letters = "".join(chr(ord("a") + int(d)) for d in f"{self._count:03}")
        return f"here are my words {letters}{''.join(self.random.choices('klmnpqrst', k=6))}"

    def parent_speaks(self) -> None:
        parent, words = self.random.choice(self.parents), self.token()
        self.parent_words[words] = parent
        parent.says(words, and_sweep=False)

    def parent_in_danger(self) -> None:
        parent, words = self.random.choice(self.parents), f"{DANGER} {self.token()}"
        self.parent_words[words] = parent
        parent.says(words, and_sweep=False)

    def parent_stops(self) -> None:
        parent = self.random.choice(self.by_text)
        self.stopped.add(parent.conversation_id)
        parent.says("STOP", and_sweep=False)

    def parent_starts(self) -> None:
        self.random.choice(self.by_text).says("START", and_sweep=False)

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
            self.bench.inbox.keep(again)

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
        pages = {parent.conversation_id: parent.read() for parent in self.parents}
        tickets = list(bench.helpdesk.tickets.values())
        owners = {kept.ticket.case_id: self._owner(kept.ticket.case_id) for kept in tickets}
        found.words = len(self.parent_words) + len(self.person_words)
        found.passed_on = len(tickets)
        for words, parent in self.parent_words.items():
            places = Counter[str]()
            for owner, said in pages.items():
                places[owner] += sum(one == f"You said: {words}" for one in said)
            for kept in tickets:
                told = sum(one.partition(" [")[0] == words for one in kept.texts)
                places[owners[kept.ticket.case_id]] += told
            self._count_places(words, places, parent.conversation_id)
        for words, remote_ref in self.person_words.items():
            owner = owners[bench.helpdesk.tickets[remote_ref].ticket.case_id]
            heard = re.compile(rf"(?:.*: )?{words}", re.DOTALL)
            places = Counter(
                {one: sum(map(bool, map(heard.fullmatch, said))) for one, said in pages.items()}
            )
            self._count_places(words, places, owner)
        for kept in tickets:
            self._judge_ticket(kept)
        for parent in self.parents:
            self._judge_place(parent)
        self._judge_speakers()
        return found

    def _judge_ticket(self, kept: Kept) -> None:
        for words in kept.unread:
            self.found.unread += 1
            self.found.detail.append(f"in a closed ticket: {words}")
        for post in kept.posts:
            is_danger = not post.is_note and DANGER in post.text
            if is_danger and not (post.entry is not None and post.entry.urgent):
                self.found.not_urgent += 1
                self.found.detail.append(f"not urgent: {post.text}")

    def _judge_place(self, parent: Parent) -> None:
        place = parent.place
        if place.state not in WITH_PEOPLE or place.state is State.WRAP_UP:
            return
        if not parent.case.is_open or parent.ticket.is_closed:
            self.found.stuck += 1
            self.found.detail.append(f"stuck: {place}")

    def _judge_speakers(self) -> None:
        texts = self.bench.texts
        raw = [
            texts.raw(name, channel=channel) for name in SAID_BESIDE_PEOPLE for channel in CHANNELS
        ]
        allowed = [re.compile(_HOLE.sub(".+", re.escape(one)), re.DOTALL) for one in raw]
        with self.bench.database.reading() as connection:
            rows = connection.execute(text("SELECT author, said FROM two_speakers")).all()
        for row in rows:
            is_fine = any(one.fullmatch(row.said) for one in allowed)
            if row.author == "assistant" or not is_fine:
                self.found.two_speakers += 1
                self.found.detail.append(f"two speakers: {row.said}")

    def _count_places(self, words: str, places: Counter[str], owner: str) -> None:
        if places[owner] == 0 and owner not in self.stopped:
            self.found.lost += 1
            self.found.detail.append(f"lost: {words}")
        if places[owner] > 1:
            self.found.doubled += 1
            self.found.detail.append(f"doubled: {words}")
        if any(count for one, count in places.items() if one != owner):
            self.found.misdirected += 1
            self.found.detail.append(f"misdirected: {words}")

    def _owner(self, case_id: str) -> str:
        with self.bench.database.reading() as connection:
            found = cases.get(connection, case_id)
        assert found is not None
        return found.conversation_id
