"""Wake-ups over a real Redis, and the quick memory of what was dealt with."""

import time
from collections.abc import Iterator
from threading import Event

import pytest
from dramatiq import Actor, Worker

from clients.redis_link import connect
from messaging.queue import TURNS, Wakeups, broker
from messaging.seen import Seen
from tests.messaging.fakes import FakeClock
from tests.messaging.redis_server import RedisServer
from tests.messaging.world import until
from tests.standins.ports import free_port


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.stop()


class Consumer:
    """A worker that notes what it was woken for."""

    def __init__(self, url: str) -> None:
        self.woken: list[str] = []
        self.news = Event()
        self.broker = made = broker(url)
        Actor(self._note, broker=made, actor_name=TURNS, queue_name=TURNS, priority=0, options={})
        self.worker = Worker(made, worker_timeout=1000, worker_threads=2)
        self.worker.start()

    def _note(self, conversation_id: str) -> None:
        self.woken.append(conversation_id)
        self.news.set()


@pytest.fixture
def consumer(own_redis: RedisServer) -> Iterator[Consumer]:
    consumer = Consumer(own_redis.url)
    yield consumer
    consumer.worker.stop(timeout=5000)
    consumer.broker.client.close()


@pytest.fixture
def wakeups(own_redis: RedisServer, clock: FakeClock) -> Iterator[Wakeups]:
    wakeups = Wakeups(own_redis.url, clock)
    yield wakeups
    wakeups.close()


def test_an_idle_worker_is_woken_at_once(wakeups: Wakeups, consumer: Consumer) -> None:
    wakeups.turn("warm")
    assert consumer.news.wait(10)
    waits = []

    for n in range(5):
        consumer.news.clear()
        time.sleep(0.2)
        began = time.monotonic()
        wakeups.turn(str(n))
        assert consumer.news.wait(10)
        waits.append(time.monotonic() - began)

    assert min(waits) < 0.05


def test_every_wake_up_arrives_though_many_come_at_once(
    wakeups: Wakeups, consumer: Consumer
) -> None:
    for n in range(200):
        wakeups.turn(str(n))

    until(lambda: len(consumer.woken) == 200)
    assert set(consumer.woken) == {str(n) for n in range(200)}


def test_bells_of_a_queue_that_nobody_reads_do_not_pile_up(
    own_redis: RedisServer, wakeups: Wakeups
) -> None:
    for n in range(100):
        wakeups.turn(str(n))

    with connect(own_redis.url) as redis:
        assert redis.llen("messaging:turns.bell") == 64


def test_a_wake_up_without_redis_is_lost_and_nothing_else(clock: FakeClock) -> None:
    Wakeups(f"redis://127.0.0.1:{free_port()}/0", clock).turn("anybody")


def test_only_what_is_committed_counts_as_done(own_redis: RedisServer, clock: FakeClock) -> None:
    with connect(own_redis.url) as redis:
        seen = Seen(redis, clock)

        before = [seen.is_done("SM1"), seen.is_done("SM1")]
        seen.done("SM1")

        assert before == [False, False]
        assert seen.is_done("SM1")


def test_without_redis_nothing_counts_as_done(clock: FakeClock) -> None:
    seen = Seen(connect(f"redis://127.0.0.1:{free_port()}/0"), clock)

    seen.done("SM1")

    assert not seen.is_done("SM1")
