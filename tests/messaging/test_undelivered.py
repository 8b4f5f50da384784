"""Who waits in a web chat for a code is told when its text does not arrive."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from clients.delivery import DeliveryReason as Reason
from messaging.chat.bell import Bell
from messaging.chat.conversations import WebConversations
from messaging.chat.entries import Author
from messaging.handoff import board
from messaging.handoff.states import State
from messaging.numbers import e164
from messaging.requested import SECURITY_CODE, Request, RequestedTexts, Senders
from messaging.statuses import News
from messaging.store.opt_outs import CARRIER, add
from messaging.texts import Texts
from messaging.undelivered import AWAITING, WORDS
from tests.messaging.mortal import OURS, Bench
from wire.envelope import Reply, Turn, TurnAnswer

NUMBER, OTHER = "+447700900123", "+447700900456"
HANDSET_OFF = 30003


class Chat:
    """A parent in the web chat, the hub beside them, and what became of its texts."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.chats = WebConversations(
            database=bench.database,
            wakeups=bench.wakeups,  # type: ignore[arg-type]
            bell=Bell(bench.redis, bench.clock),
            seal_key=bench.seal_key,
            clock=bench.clock,
        )
        self.hub = RequestedTexts(
            database=bench.database,
            contacts=bench.contacts,
            wakeups=bench.wakeups,  # type: ignore[arg-type]
            senders=Senders(two_way=OURS, codes=OURS),
            seal_key=bench.seal_key,
            regions=("GB",),
            allow_drama=True,
            limits=bench.limits,
            texts=bench.texts,
            clock=bench.clock,
        )
        self.id = self.chats.begin()
        self.count = 0
        self.seen = 0

    def says(self, text: str, *, awaiting: str | None = AWAITING) -> None:
        """Say something; the assistant then waits for the code, or for something else."""
        self.count += 1
        self.bench.assistant.answer = lambda turn: answer(turn, awaiting)
        self.chats.take(self.id, f"client-{self.count}", text)
        self.bench.sweep()
        self.hears()

    def hears(self) -> list[str]:
        """Return what was said since the last look."""
        reading = self.chats.read(self.id, self.seen, 100)
        self.seen = max((entry.seq for entry in reading.entries), default=self.seen)
        return [entry.text for entry in reading.entries if entry.author is Author.SERVICE]

    def code_is_sent(self, number: str = NUMBER) -> str:
        """Have the hub ask for a code's text, and send it."""
        self.count += 1
        wanted = Request(
            idempotency_key=f"{self.id}-{self.count}",
            to=number,
            body="123456 is your EHC Hub security code.",
            purpose=SECURITY_CODE,
            valid_for=timedelta(minutes=10),
        )
        text = self.hub.create(wanted)
        self.bench.outbox.send_due()
        return text.text_id

    def is_lost(self, text_id: str, code: int = HANDSET_OFF) -> None:
        """Have the carrier report that a text did not arrive."""
        sent = next(text for text in self.bench.carrier.sent if text.callback.endswith(text_id))
        news = News(
            text_id=text_id, carrier_id=sent.carrier_id, status="undelivered", error_code=code
        )
        self.bench.statuses.receive(news)

    def waits_and_loses(self) -> str:
        """Give a number, wait for the code, and have its text get lost."""
        self.says("use 07700 900123")
        text_id = self.code_is_sent()
        self.is_lost(text_id)
        return text_id


def answer(turn: Turn, awaiting: str | None) -> TurnAnswer:
    return TurnAnswer(turn_id=turn.turn_id, replies=(Reply(text="Well."),), awaiting=awaiting)


@pytest.fixture
def chat(bench: Bench) -> Chat:
    return Chat(bench)


def test_an_undelivered_code_is_told_without_asking_and_once(chat: Chat) -> None:
    chat.waits_and_loses()

    first = chat.bench.undelivered.tell(), chat.hears()
    second = chat.bench.undelivered.tell(), chat.hears()

    assert first[0] == 1
    assert "ending 123" in first[1][0]
    assert "phone is off" in first[1][0]
    assert "resend" in first[1][0]
    assert second == (0, [])


def test_the_same_number_again_is_told_again(chat: Chat) -> None:
    chat.waits_and_loses()
    chat.bench.undelivered.tell()
    chat.bench.clock.pass_by(timedelta(seconds=31))

    chat.is_lost(chat.code_is_sent())

    assert chat.bench.undelivered.tell() == 1


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_that_say_what_to_do_next(reason: Reason) -> None:
    said = Texts().say(WORDS[reason], channel="webchat", ends_with="123")

    assert "ending 123" in said
    assert any(word in said for word in ("resend", "Send a", "send the right"))


def test_a_text_that_we_gave_up_on_is_told_too(chat: Chat) -> None:
    phone = chat.bench.contacts.conversation_id(NUMBER)
    chat.says("use 07700 900123")
    with chat.bench.database.transaction() as connection:
        add(connection, phone, source=CARRIER, now=chat.bench.clock.now())
    chat.code_is_sent()

    chat.bench.undelivered.tell()

    assert "START" in chat.hears()[0]


def test_somebody_elses_text_is_not_told(chat: Chat) -> None:
    stranger = Chat(chat.bench)
    chat.says("use 07700 900123")
    stranger.says("use 07700 900456")

    chat.is_lost(chat.code_is_sent())
    chat.bench.undelivered.tell()

    assert chat.hears()
    assert not stranger.hears()


def prove(chat: Chat) -> None:
    """The number was proved meanwhile."""
    chat.says("its 482913", awaiting=None)


def change(chat: Chat) -> None:
    """Another number was given, and its text is under way."""
    chat.bench.clock.pass_by(timedelta(seconds=5))
    chat.says("no use 07700 900456")
    chat.code_is_sent(OTHER)


def ask_again(chat: Chat) -> None:
    """The text was asked for once more."""
    chat.bench.clock.pass_by(timedelta(seconds=31))
    chat.code_is_sent()


def despair(chat: Chat) -> None:
    chat.says("i want to kill myself")


def wait_too_long(chat: Chat) -> None:
    chat.bench.clock.pass_by(timedelta(minutes=10, seconds=1))


@pytest.mark.parametrize("happens", [prove, change, ask_again, despair, wait_too_long])
def test_what_is_of_no_use_any_more_is_not_told(
    chat: Chat, happens: Callable[[Chat], None]
) -> None:
    text_id = chat.waits_and_loses()

    happens(chat)

    assert text_id
    assert chat.bench.undelivered.tell() == 0
    assert chat.hears() == []


def test_nothing_is_said_while_a_person_has_the_conversation(chat: Chat) -> None:
    chat.waits_and_loses()
    with chat.bench.database.transaction() as connection:
        place = board.read(connection, chat.id)
        for state in (State.OFFERED, State.WAITING):
            place = board.move(connection, place, state, now=chat.bench.clock.now())

    assert chat.bench.undelivered.tell() == 0


def test_a_turn_that_is_under_way_comes_first(chat: Chat) -> None:
    chat.waits_and_loses()
    chat.chats.take(chat.id, "client-late", "no code has come")

    before = chat.bench.undelivered.tell()
    chat.bench.sweep()

    assert (before, chat.bench.undelivered.tell()) == (0, 1)


def test_a_kill_at_any_point_tells_it_once(make_bench: Callable[..., Bench]) -> None:
    for point in range(6):
        chat = Chat(make_bench())
        chat.waits_and_loses()

        with chat.bench.mortal(point):
            chat.bench.undelivered.tell()
        chat.bench.undelivered.tell()

        assert len(chat.hears()) == 1, point


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900123",
        "+44 7700 900123",
        "0044 7700900123",
        "447700900123",
        "7700900123",
        "+44 (0)7700 900123",
        "+4407700900123",
        "(07700)\u00a0900-123",
        "o7700 9oo l23",
    ],
)
def test_a_number_is_the_same_however_it_is_written(typed: str) -> None:
    assert e164(typed) == NUMBER


def test_no_number_is_none() -> None:
    assert e164("my phone") is None
