"""The elected worker's sweep."""

from collections.abc import Iterator
from threading import Event

import pytest

from messaging.requested import SECURITY_CODE
from messaging.ticker import Ticker
from messaging.worker import TurnWorker
from tests.messaging.mortal import Bench
from tests.messaging.test_outbox import PARENT, want


class SlowWorker:
    """Has a turn that does not end before it is told to."""

    def __init__(self) -> None:
        self.may_end = Event()

    def work(self, _conversation_id: str) -> int:
        assert self.may_end.wait(30)
        return 1


@pytest.fixture
def slow() -> Iterator[SlowWorker]:
    worker = SlowWorker()
    yield worker
    worker.may_end.set()


def ticker(bench: Bench, worker: TurnWorker | SlowWorker) -> Ticker:
    return Ticker(
        database=bench.database,
        worker=worker,  # type: ignore[arg-type]
        sender=bench.outbox,
        worker_id="one",
        threads=2,
        tick_s=0.01,
        clock=bench.clock,
    )


def test_a_code_waits_behind_no_turns_of_the_sweep(bench: Bench, slow: SlowWorker) -> None:
    for number in range(20):
        bench.arrives(f"+4477009002{number:02d}", "hello", f"SM{number}")
    want(bench, "code", purpose=SECURITY_CODE)

    begun = ticker(bench, slow).tick()
    sending = begun[-1]

    assert sending.result(timeout=30) == 1
    assert bench.carrier.bodies(PARENT) == ["text code"]
    assert not any(future.done() for future in begun[:-1])


def test_a_code_that_no_wake_up_reached_leaves_with_the_next_sweep(bench: Bench) -> None:
    want(bench, "code", purpose=SECURITY_CODE)  # the bench wakes nobody, as when Redis is away

    for future in ticker(bench, bench.worker).tick():
        future.result(timeout=30)

    assert bench.carrier.bodies(PARENT) == ["text code"]
