"""The same on PostgreSQL."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from messaging import gauges, retention
from messaging.migrate import to_latest
from messaging.requested import SECURITY_CODE
from messaging.store import handoffs, outbox
from tests.messaging.mortal import Bench
from tests.messaging.postgres import Postgres
from tests.messaging.redis_server import RedisServer
from tests.messaging.test_outbox import want

pytestmark = pytest.mark.postgres

PARENT = "+447700900101"


@pytest.fixture
def on_postgres(postgres: Postgres, tmp_path: Path, redis_server: RedisServer) -> Iterator[Bench]:
    url = postgres.create("m" + secrets.token_hex(6))
    to_latest(url)
    bench = Bench(folder=tmp_path, redis_url=redis_server.url, database_url=url)
    yield bench
    bench.close()


def test_a_text_is_answered_once_though_it_comes_twice(on_postgres: Bench) -> None:
    for _ in range(2):
        on_postgres.arrives(PARENT, "my code is 482913", "SM1")

    on_postgres.settle()

    assert on_postgres.carrier.bodies(PARENT) == ["You said: my code is __code__"]


def test_many_at_the_same_moment_keep_numbers_and_claims_apart(on_postgres: Bench) -> None:
    def send(n: int) -> None:
        on_postgres.arrives(PARENT, f"part {n % 10}", f"SM{n % 10}")

    threads = [Thread(target=send, args=(n,)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    workers = [Thread(target=on_postgres.sweep) for _ in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    on_postgres.settle()

    got = on_postgres.carrier.bodies(PARENT)
    assert sorted(got) == [f"You said: part {n}" for n in range(10)]


def test_a_worker_killed_at_each_point_answers_once(on_postgres: Bench) -> None:
    expected = []
    for point in range(14):
        on_postgres.arrives(PARENT, f"part {point}", f"SM{point}")
        with on_postgres.mortal(kill_at=point):
            on_postgres.sweep()
        on_postgres.settle()
        expected.append(f"You said: part {point}")

    assert on_postgres.carrier.bodies(PARENT) == expected


def test_while_the_server_is_away_texts_are_spooled_in_order(
    on_postgres: Bench, postgres: Postgres
) -> None:
    on_postgres.arrives(PARENT, "before", "SM0")
    postgres.pause()
    try:
        for n in range(2):
            on_postgres.arrives(PARENT, f"part {n}", f"SM-{n}")
        assert on_postgres.spool.count() == 2
    finally:
        postgres.resume()

    on_postgres.settle()

    said = [f"You said: {text}" for text in ("before", "part 0", "part 1")]
    assert on_postgres.carrier.bodies(PARENT) == said


def test_a_lost_text_is_sent_once_more_and_then_told_to_people(on_postgres: Bench) -> None:
    want(on_postgres, "1", valid_s=3600)
    on_postgres.sweep()
    for _ in range(2):
        on_postgres.reports(on_postgres.carrier.sent[-1], "undelivered", 30008)
        on_postgres.clock.pass_by(timedelta(minutes=2))
        want(on_postgres, "code", purpose=SECURITY_CODE)
        on_postgres.sweep()

    with on_postgres.database.transaction() as connection:
        retention.sweep(connection, now=on_postgres.clock.now())
        lost = handoffs.waiting_for(
            connection, handoffs.UNSENDABLE, limit=9, but_codes=outbox.CODES_FIRST
        )
    gauges.read(on_postgres.database, on_postgres.spool, on_postgres.clock)

    assert on_postgres.carrier.bodies(PARENT) == ["text 1", "text code", "text 1"]
    assert len(lost) == 1
