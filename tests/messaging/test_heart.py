"""What the edge's /readyz reads from the workers' signs of life."""

from datetime import timedelta
from threading import Event

import pytest

from messaging.heart import FRESH, Heart, what_is_missing
from messaging.store.database import Database
from tests.messaging.fakes import FakeClock


def heart(database: Database, clock: FakeClock, *, worker: str = "w1", rasa: bool = True) -> Heart:
    return Heart(database=database, worker_id=worker, is_rasa_ready=lambda: rasa, clock=clock)


def test_a_worker_that_reaches_rasa_is_all_that_is_needed(database: Database, clock: FakeClock):
    heart(database, clock).beat()

    assert what_is_missing(database, clock) == []


def test_a_database_that_cannot_be_written_is_named(clock: FakeClock, tmp_path):
    (tmp_path / "messaging.db").mkdir()  # nothing can be opened there
    away = Database(f"sqlite:///{tmp_path / 'messaging.db'}")

    assert what_is_missing(away, clock) == ["database"]
    away.close()


def test_without_any_worker_the_workers_are_named(database: Database, clock: FakeClock):
    assert what_is_missing(database, clock) == ["workers"]


@pytest.mark.parametrize(
    ("silent_for", "missing"),
    [
        (FRESH - timedelta(seconds=1), []),
        (FRESH, []),
        (FRESH + timedelta(seconds=1), ["workers"]),
    ],
)
def test_a_worker_that_fell_silent_counts_as_gone(
    database: Database, clock: FakeClock, silent_for: timedelta, missing: list[str]
):
    heart(database, clock).beat()

    clock.pass_by(silent_for)

    assert what_is_missing(database, clock) == missing


def test_workers_that_do_not_reach_rasa_are_not_enough(database: Database, clock: FakeClock):
    heart(database, clock, rasa=False).beat()

    assert what_is_missing(database, clock) == ["rasa"]


def test_one_worker_that_reaches_rasa_is_enough(database: Database, clock: FakeClock):
    heart(database, clock, worker="w1", rasa=False).beat()
    heart(database, clock, worker="w2", rasa=True).beat()

    assert what_is_missing(database, clock) == []


def test_a_worker_that_stops_says_good_bye(database: Database, clock: FakeClock):
    stop = Event()
    stop.set()

    heart(database, clock).run(stop)

    assert what_is_missing(database, clock) == ["workers"]
