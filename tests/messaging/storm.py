"""A storm over the real processes: texts by many phones while everything around them breaks.

What counts is what stands on the phones, in which order, not what our own tables say.
"""

import contextlib
import random
import secrets
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.messaging.neighbours import error
from tests.messaging.world import World, until

SEND_FAULTS = ("429", "500", "drop", "lose", "late")
HARMS = (
    "kill workers",
    "kill edge",
    "stop redis",
    "stop assistant",
    "stop carrier",
    "lock database",
)


@dataclass
class Storm:
    """So many texts by so many phones; the seed says what breaks when."""

    world: World
    seed: int
    texts: int
    phones: int = 20
    writers: int = 4
    first_phone: int = 100
    send_faults: float = 0.08
    harm_every_s: tuple[float, float] = (0.5, 2.5)
    pause_s: float = 0.02
    harms: tuple[str, ...] = HARMS
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.numbers = [f"+447700900{self.first_phone + n}" for n in range(self.phones)]
        self.expected: dict[str, list[str]] = {number: [] for number in self.numbers}
        self.accepted: list[tuple[str, str, str]] = []
        self._end = threading.Event()
        self._lock = threading.Lock()

    def blow(self, settle_s: float = 90.0) -> None:
        """Send everything while harm is done, then mend and wait until every phone has its answers.

        Raises:
            AssertionError: some phone has too few after `settle_s`.
        """
        self.world.carrier.fault = self._fault
        harm = threading.Thread(target=self._harm)
        news = threading.Thread(target=self._report)
        writers = [
            threading.Thread(target=self._write, args=(numbers,))
            for numbers in (self.numbers[n :: self.writers] for n in range(self.writers))
        ]
        for thread in (harm, news, *writers):
            thread.start()
        for thread in writers:
            thread.join()
        self._end.set()
        for thread in (harm, news):
            thread.join()
        self.world.mend()
        until(lambda: not self.missing(), within_s=settle_s)
        time.sleep(3.0)  # whatever is twice has time to show

    def missing(self) -> int:
        """Return how many answers no phone has got yet."""
        return sum(
            (Counter(wanted) - Counter(self.on_phone(number))).total()
            for number, wanted in self.expected.items()
        )

    def twice(self) -> int:
        """Return how many answers stand on a phone more than once."""
        return sum(
            (Counter(self.on_phone(number)) - Counter(wanted)).total()
            for number, wanted in self.expected.items()
        )

    def out_of_order(self) -> list[str]:
        """Return the phones whose answers do not stand in the order of the questions."""
        return [
            number
            for number, wanted in self.expected.items()
            if list(dict.fromkeys(self.on_phone(number))) != wanted
        ]

    def on_phone(self, number: str) -> list[str]:
        """Return the answers on a phone; the honest word about a delay answers nothing."""
        return [b for b in self.world.carrier.bodies(number) if b.startswith("You said: ")]

    def _write(self, numbers: list[str]) -> None:
        chance = random.Random(f"{self.seed} {numbers[0]}")
        share = -(-self.texts // self.writers)
        late: dict[str, tuple[str, str, str]] = {}
        for n in range(share):
            number = numbers[n % len(numbers)]
            text = (number, f"text {n}", "SM" + secrets.token_hex(16))
            if number not in late and n < share - len(numbers) and chance.random() < 0.1:
                late[number] = text  # its webhook comes after that of the next one
                continue
            self._send_until_taken(*text)
            if number in late:
                self._send_until_taken(*late.pop(number))
                self.done["webhook out of order"] += 1
            if chance.random() < 0.1:
                with self._lock:
                    again = chance.choice(self.accepted)
                with contextlib.suppress(httpx.HTTPError):
                    self.world.text(again[0], again[1], sid=again[2])
                self.done["webhook again"] += 1
            time.sleep(chance.random() * 2 * self.pause_s)

    def _send_until_taken(self, number: str, body: str, sid: str) -> None:
        """Deliver as the carrier does with `rp=all`: again until there is a good answer."""
        for _ in range(600):
            try:
                if self.world.text(number, body, sid=sid).status_code == 200:
                    break
            except httpx.HTTPError:
                self.done["webhook repeated"] += 1
            time.sleep(0.1)
        else:
            raise AssertionError("the edge did not come back")
        with self._lock:
            self.expected[number].append(f"You said: {body}")
            self.accepted.append((number, body, sid))

    def _fault(self, _fields: Mapping[str, str]) -> "tuple[int, Any] | str | None":
        if self._end.is_set() or self.chance.random() >= self.send_faults:
            return None
        kind = self.chance.choice(SEND_FAULTS)
        self.done[f"send: {kind}"] += 1
        answers: dict[str, tuple[int, Any] | str] = {
            "429": error(429, 20429),
            "500": error(500, 20500),
        }
        return answers.get(kind, kind)

    def _harm(self) -> None:
        while not self._end.wait(self.chance.uniform(*self.harm_every_s)):
            kind = self.chance.choice(self.harms)
            self.done[kind] += 1
            self._do_harm(kind)

    def _do_harm(self, kind: str) -> None:
        verb, _, name = kind.partition(" ")
        if verb == "kill":
            self.world.kill(name)
            self.world.start(name)
        elif verb == "lock":
            self._lock_database(self.chance.uniform(0.5, 7.0))
        else:
            neighbour = getattr(self.world, name)
            neighbour.stop()
            self._end.wait(self.chance.uniform(0.2, 2.0))
            neighbour.start()

    def _lock_database(self, seconds: float) -> None:
        path = self.world.folder / "messaging.db"
        connection = sqlite3.connect(path, timeout=5, isolation_level=None)
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("BEGIN IMMEDIATE")
            self._end.wait(seconds)
            connection.execute("ROLLBACK")
        connection.close()

    def _report(self) -> None:
        """Report on texts as carriers do: late, twice, in any order, or never."""
        chance = random.Random(f"{self.seed} news")
        seen = 0
        while not self._end.wait(0.1):
            sent = self.world.carrier.sent[seen:]
            seen += len(sent)
            for text in sent:
                if self._end.is_set():
                    return
                words = chance.choice(
                    [["sent", "delivered"], ["delivered", "sent"], ["sent", "sent"], [], ["sent"]]
                )
                for word in words:
                    with contextlib.suppress(httpx.HTTPError):
                        self.world.status(text, word)
                    self.done["callback"] += 1
