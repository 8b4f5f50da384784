"""When an open stream and a waiting poll end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from messaging.chat.entries import Author, Entry, Reading, State
from tests.messaging.fakes import FakeClock
from webhooks.chat.streams import LONGEST_S, flow, poll

LATER = timedelta(hours=24)


class News:
    """A waiter for whom something happens each time it waits; then its process ends."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        self._happens = list(happens)
        self.is_over = False

    def wait(self, timeout_s: float) -> bool:
        if self._happens:
            self._happens.pop(0)()
        else:
            self.is_over = True
        return True


class Log:
    """A conversation of so many messages."""

    def __init__(self) -> None:
        self.said = 1
        self.is_open = True

    def say(self) -> None:
        self.said += 1

    def end(self) -> None:
        self.said += 1
        self.is_open = False

    def read(self, after: int, limit: int) -> Reading:
        at = datetime(2026, 11, 23, tzinfo=UTC)
        entries = tuple(
            Entry(seq=seq, at=at, author=Author.ASSISTANT, text="x")
            for seq in range(after + 1, self.said + 1)
        )
        return Reading(entries=entries, state=State(), more=False, is_open=self.is_open)


def flowing(log: Log, news: News, clock: FakeClock, lifetime: timedelta = LATER) -> list[str]:
    pieces = flow(log.read, news, after=0, until=clock.now() + lifetime, clock=clock)
    return [piece.split("\n")[0] for piece in pieces if piece.startswith("id:")]


def test_a_stream_gives_what_is_said_while_it_is_open() -> None:
    log = Log()

    assert flowing(log, News(log.say, log.say), FakeClock()) == ["id: 1", "id: 2", "id: 3"]


def test_a_stream_gives_nothing_after_the_end_of_its_chat() -> None:
    log = Log()

    assert flowing(log, News(log.say, log.end, log.say), FakeClock()) == ["id: 1", "id: 2"]


def test_a_stream_ends_with_its_token() -> None:
    log, clock = Log(), FakeClock()

    def its_last_second_passes() -> None:
        log.say()
        clock.pass_by(timedelta(seconds=1))

    news = News(its_last_second_passes, log.say)

    assert flowing(log, news, clock, lifetime=timedelta(seconds=1)) == ["id: 1"]


def test_a_stream_ends_by_itself_in_time() -> None:
    log, clock = Log(), FakeClock()
    news = News(lambda: clock.pass_by(timedelta(seconds=LONGEST_S)), log.say)

    assert flowing(log, news, clock) == ["id: 1"]


def test_a_waiting_poll_is_told_of_the_end() -> None:
    log = Log()
    log.said = 0

    def end() -> None:
        log.is_open = False

    reading = poll(log.read, News(end, log.say), after=0, wait_s=25, clock=FakeClock())

    assert (reading.is_open, reading.entries) == (False, ())
