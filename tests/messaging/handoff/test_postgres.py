"""The same on PostgreSQL, where two workers really do act at the same moment."""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from messaging import retention
from messaging.errors import DatabaseAway
from messaging.handoff.desk import Desk
from messaging.handoff.report import make
from messaging.handoff.states import State
from messaging.migrate import to_latest
from tests.messaging.handoff.conftest import TEAM, answer
from tests.messaging.handoff.parent import Parent
from tests.messaging.mortal import Bench
from tests.messaging.postgres import Postgres
from tests.messaging.redis_server import RedisServer

pytestmark = pytest.mark.postgres


@pytest.fixture
def parent(
    postgres: Postgres, tmp_path: Path, redis_server: RedisServer, desk: Desk
) -> Iterator[Parent]:
    url = postgres.create("h" + secrets.token_hex(6))
    to_latest(url)
    bench = Bench(folder=tmp_path, redis_url=redis_server.url, database_url=url, desk=desk)
    bench.assistant.answer = answer
    made = Parent(bench, "+447700900101")
    made.says("a person")
    made.says("1")
    yield made
    bench.close()


def test_a_whole_handoff(parent: Parent) -> None:
    bench = parent.bench
    bench.helpdesk.replies("T1", "Hello")
    bench.sweep()
    parent.says("thank you, what next")
    bench.clock.pass_by(bench.pace.holding_after)
    bench.helpdesk.replies("T1", "resolve")
    bench.sweep()
    bench.sweep()
    with bench.database.reading() as connection:
        report = make(connection, now=bench.clock.now())
    with bench.database.transaction() as connection:
        erased = retention.erase(connection, parent.conversation_id, now=bench.clock.now())

    assert f"Sam, {TEAM}: Hello" in parent.read()
    assert parent.ticket_texts_of("T1") == ["thank you, what next"]
    assert (report.passed_on, report.answered, report.closed) == (1, 1, 1)
    assert erased


def test_workers_that_act_at_the_same_moment_do_everything_once(parent: Parent) -> None:
    bench = parent.bench
    bench.assistant.answer = answer
    for number in range(8):
        bench.arrives(parent.number, f"words {'abcdefgh'[number]}", f"SM-p{number}")
        bench.helpdesk.replies("T1", f"reply {'abcdefgh'[number]}")

    def work() -> None:
        # Who waits too long for another's lock leaves off, and comes again with the next sweep.
        with suppress(DatabaseAway):
            bench.sweep()

    workers = [Thread(target=work) for _ in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for _ in range(4):
        bench.sweep()
        bench.clock.pass_by(bench.pace.holding_after / 4)

    said = [one for one in parent.read() if one.startswith("Sam,")]
    assert sorted(said) == [f"Sam, {TEAM}: reply {letter}" for letter in "abcdefgh"]
    assert parent.ticket_texts_of("T1") == [f"words {letter}" for letter in "abcdefgh"]
    assert parent.state is State.HUMAN
