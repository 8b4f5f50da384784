"""A parent who walks a path, and what can be looked at beside: the hub, the log, the clock."""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import DateTime

from clients.sealing import key_from_base64
from hub.store.tables import Base
from launch.conversing import Heard, WebChannel
from messaging.contacts import Contacts
from messaging.segments import MAX_SEGMENTS, measure
from tests.e2e.journey import LINK, PATIENCE_S, SECURITY_CODE, Parent
from tests.e2e.running import RunningProduct
from tests.standins import plain
from wire.names import SMS

TURNS = "SELECT state FROM messages WHERE conversation_id = ? AND author = 'person' ORDER BY seq"
CODES = (
    "SELECT state FROM outbox WHERE conversation_id = ? AND purpose = 'security_code' ORDER BY seq"
)
UNDERWAY = (
    "SELECT count(*) FROM outbox WHERE conversation_id = ? "
    "AND state IN ('created', 'accepted', 'sent') "
    "AND purpose IN ('reply', 'confirmation')"
)


@contextmanager
def rows(product: RunningProduct, name: str) -> Iterator[sqlite3.Connection]:
    """Open a database of the product to look into it."""
    path = Path(product.env["VAR_DIR"]) / name
    with closing(sqlite3.connect(path, timeout=10)) as connection, connection:
        yield connection


def hub_says(product: RunningProduct, conversation_id: str) -> Mapping[str, Any] | None:
    """Return the registration that a conversation has at the hub, as the hub itself tells it."""
    answer = plain.get(
        product.url("HUB_INTERNAL_PORT", "/v1/registrations"),
        params={"conversation_id": conversation_id},
        headers={"Authorization": f"Bearer {product.env['HUB_API_KEY']}"},
    )
    answer.raise_for_status()
    registration: Mapping[str, Any] | None = answer.json()["registration"]
    return registration


def time_passes(product: RunningProduct, span: timedelta) -> None:
    """Let so much time go by at the hub: everything that it has noted is so much older."""
    shift = f"-{span.total_seconds():.3f} seconds"
    with rows(product, "hub.db") as connection:
        for table in Base.metadata.sorted_tables:
            if table.name.startswith("audit"):
                continue  # a chain of hashes stands over it
            for column in table.columns:
                if isinstance(column.type, DateTime) or "DateTime" in type(column.type).__name__:
                    connection.execute(
                        f'UPDATE "{table.name}" SET "{column.name}" = '
                        f"strftime('%Y-%m-%d %H:%M:%f', \"{column.name}\", ?) "
                        f'WHERE "{column.name}" IS NOT NULL',
                        (shift,),
                    )


def forgets(product: RunningProduct, conversation_id: str) -> None:
    """Have the assistant forget a conversation, as it does when its session is over."""
    with redis.Redis.from_url(product.env["REDIS_URL"]) as client:
        for key in client.scan_iter(f"rasa:*{conversation_id}*"):
            client.delete(key)


def remembers(product: RunningProduct, conversation_id: str) -> bool:
    """Tell whether the assistant has a session of a conversation."""
    with redis.Redis.from_url(product.env["REDIS_URL"]) as client:
        return next(client.scan_iter(f"rasa:*{conversation_id}*"), None) is not None


SENDS_AGAIN = timedelta(minutes=16)
"""After so long the hub texts as if nothing had been texted before."""
MOST_A_MINUTE = 10
"""Messages to the web chat: half of what its door takes of one conversation."""


def types_as_slowly_as_people(product: RunningProduct) -> None:
    """Let the minutes pass that the web chat's door counts by: nobody types as fast as a test."""
    client = redis.Redis.from_url(product.env["REDIS_URL"])
    for key in client.scan_iter("webchat:limit:*"):
        client.delete(key)
    client.close()


@dataclass(kw_only=True)
class Walker(Parent):
    """A parent by text message who waits for each answer whole before going on."""

    codes: list[str] = field(default_factory=list)
    """Security codes that came, oldest first."""
    heard: list[str] = field(default_factory=list)
    """Everything that came, oldest first."""

    @property
    def conversation_id(self) -> str:
        """The conversation that this number has."""
        keys = (self.product.env[name] for name in ("CONVERSATION_KEY", "MESSAGING_SEAL_KEY"))
        return Contacts(*map(key_from_base64, keys)).conversation_id(self.number)

    @property
    def is_known(self) -> bool:
        """Whether this number has spoken with the product, or been spoken to."""
        return bool(self._states() or self.carrier.outbound(self.number))

    @property
    def at_hub(self) -> str | None:
        """The state of the registration at the hub; None: there is none."""
        registration = hub_says(self.product, self.conversation_id)
        return None if registration is None else str(registration["state"])

    def turn(self, body: str, *, turns: int = 1) -> str:
        """Text the service, wait until that is dealt with, and return all that came but codes."""
        before = len(self._states())
        self.phone.text(body)
        return self.answer_to(before + turns)

    def answer_to(self, turns: int) -> str:
        """Wait until so many of this parent's texts are dealt with; return what came but codes."""
        deadline = time.monotonic() + PATIENCE_S * 2
        while not self._is_done(turns):
            assert time.monotonic() < deadline, f"not answered: {self._states()}"
            time.sleep(0.05)
        return self.screen()

    def is_taken(self, turns: int) -> None:
        """Wait until so many of this parent's texts are stored: two on their way may pass by."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self._states()) < turns:
            assert time.monotonic() < deadline, f"not stored: {self._states()}"
            time.sleep(0.05)

    def screen(self) -> str:
        """Return what came since the last look, without the codes' own texts."""
        came = self.carrier.outbound(self.number, after=self.phone._seen)
        replies = []
        for text in came:
            self.phone._seen = text.id
            self.heard.append(text.body)
            assert measure(text.body).segments <= MAX_SEGMENTS, "a text of more than 3 segments"
            found = SECURITY_CODE.search(text.body)
            if found:
                self.codes.append(found.group(1))
            else:
                replies.append(text.body)
        return "\n".join(replies)

    def stops(self, word: str = "STOP") -> str:
        """Text STOP and return the network's confirmation, which comes in its own time."""
        return self.turn(word) or self.waits_for("")

    def waits_for(self, words: str) -> str:
        """Return what comes unasked, once these words stand in it."""
        deadline = time.monotonic() + PATIENCE_S
        came = self.screen()
        while not came or words not in came:
            assert time.monotonic() < deadline, f"nothing came with {words!r}: {came!r}"
            time.sleep(0.05)
            came = "\n".join(filter(None, [came, self.screen()]))
        return came

    def is_sent_a_code(self) -> None:
        """Wait until the network says that it has a code for this phone, which may be off."""
        deadline = time.monotonic() + PATIENCE_S
        while "sent" not in (states := self._codes_states()):
            assert time.monotonic() < deadline, f"no code was sent: {states}"
            time.sleep(0.05)

    def code(self) -> str:
        """Return the newest code, waiting for a first one."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.codes:
            assert time.monotonic() < deadline, f"no code came: {self._codes_states()}"
            time.sleep(0.05)
            self.screen()
        return self.codes[-1]

    def goes_to_number(self) -> str:
        """Go to the question for the number; return the invitation code."""
        invitation = self.is_invited()
        self.turn("hi i have an invitation to register")
        asked = self.turn(f"its {invitation}")
        assert f"ending {self.last_three}" in asked
        assert self.at_hub == "number_needed"
        return invitation

    def goes_to_code(self) -> str:
        """Go to the question for the code, and return it."""
        self.goes_to_number()
        assert "type the 6" in self.turn("ok").lower()
        assert self.at_hub == "code_needed"
        return self.code()

    def gives_number(self, said: str = "ok") -> None:
        """Two turns from the question for the number: a code is sent, and it is right."""
        assert "type the 6" in self.turn(said).lower()
        assert self.at_hub == "code_needed"
        self.gives_code(self.code())

    def is_texted_a_code(self, said: str) -> None:
        """Give a number in these words, long after the last text, and be texted a code to it."""
        time_passes(self.product, SENDS_AGAIN)
        self.codes.clear()
        answer = self.turn(said)
        assert f"ending {self.last_three}" in answer, said
        assert self.at_hub == "code_needed", said
        self.code()

    def is_refused(self, said: str, *words: str) -> None:
        """Say something that is refused in these words, and stand where one stood."""
        state = self.at_hub
        answer = self.turn(said)
        for one in words:
            assert one in answer, f"{said!r} -> {answer!r}"
        assert self.at_hub == state, said

    def goes_on_verified(self) -> None:
        """Two turns once the number is verified: a question, and thanks."""
        assert "automated" in self.turn("who are you")
        assert "welcome" in self.turn("thank you")
        assert self.at_hub == "verified"

    def gives_code(self, code: str) -> str:
        """Give the right code; return the link to go on with."""
        done = self.turn(f"the code is {code}")
        assert "verified" in done
        assert self.at_hub == "verified"
        link = LINK.search(done)
        assert link, done
        return link.group()

    def asks_then_gives_code(self, code: str) -> None:
        """Two turns from the question for the code: a question is answered and asked back, then it
        goes on."""
        answer = self.turn("where do i find the local offer")
        assert "Local Offer" in answer
        assert "6-digit" in answer or "6 digits" in answer
        self.gives_code(code)

    def _is_done(self, turns: int) -> bool:
        states = self._states()
        if len(states) < turns or "waiting" in states:
            return False
        with rows(self.product, "messaging.db") as connection:
            (unsent,) = connection.execute(UNDERWAY, (self.conversation_id,)).fetchone()
        return not unsent

    def _codes_states(self) -> list[str]:
        with rows(self.product, "messaging.db") as connection:
            found = connection.execute(CODES, (self.conversation_id,)).fetchall()
        return [state for (state,) in found]

    def _states(self) -> list[str]:
        with rows(self.product, "messaging.db") as connection:
            found = connection.execute(TURNS, (self.conversation_id,)).fetchall()
        return [state for (state,) in found]


@dataclass
class Visitor:
    """A parent in the web chat."""

    product: RunningProduct
    channel: WebChannel = field(init=False)
    conversation_id: str = field(init=False)
    choices: tuple[str, ...] = ()
    setup_key: str | None = None
    """Of an authenticator app, as it was shown last."""
    _turns: int = 0

    def __post_init__(self) -> None:
        types_as_slowly_as_people(self.product)
        before = self._conversations()
        self.channel = WebChannel(self.product.env["PUBLIC_BASE_URL"])
        (self.conversation_id,) = self._conversations() - before

    def turn(self, body: str) -> str:
        """Say something and return all that comes of it."""
        self._turns += 1
        if self._turns % MOST_A_MINUTE == 0:
            types_as_slowly_as_people(self.product)
        self.channel.say(body)
        deadline = time.monotonic() + PATIENCE_S * 2
        heard: list[Heard] = []
        while self._is_working():
            assert time.monotonic() < deadline, "not answered"
            heard += self.channel.hear(1)
        heard += self.channel.hear(0)
        self.choices = heard[-1].choices if heard else ()
        keys = [one.setup_key for one in heard if one.setup_key is not None]
        self.setup_key = keys[-1] if keys else self.setup_key
        return "\n".join(one.text for one in heard)

    def hears(self, wait_s: float) -> str:
        """Return what comes without being asked for."""
        return "\n".join(one.text for one in self.channel.hear(wait_s))

    def is_told(self, answer: str, words: str, *, within_s: float = PATIENCE_S) -> str:
        """Wait until these words were said, with the answer or after it, and return it all."""
        deadline = time.monotonic() + within_s
        while words not in answer and time.monotonic() < deadline:
            answer = "\n".join(filter(None, [answer, self.hears(1.0)]))
        assert words in answer
        return answer

    def goes_to_number(self, invitation: str) -> None:
        """Go to the question for the number."""
        self.turn("I want to register")
        assert "mobile number" in self.turn(f"its {invitation}")
        assert self.at_hub == "number_needed"

    @property
    def at_hub(self) -> str | None:
        """The state of the registration at the hub; None: there is none."""
        registration = hub_says(self.product, self.conversation_id)
        return None if registration is None else str(registration["state"])

    def _is_working(self) -> bool:
        with rows(self.product, "messaging.db") as connection:
            found = connection.execute(TURNS, (self.conversation_id,)).fetchall()
        return any(state == "waiting" for (state,) in found)

    def _conversations(self) -> set[str]:
        with rows(self.product, "messaging.db") as connection:
            found = connection.execute(
                "SELECT conversation_id FROM conversations WHERE channel != ?", (SMS,)
            )
            return {one for (one,) in found.fetchall()}
