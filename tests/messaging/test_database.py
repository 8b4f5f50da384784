"""The messaging database under many writers."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from messaging.errors import DatabaseAway
from messaging.store import database as module
from messaging.store.database import Database

WRITERS = 20


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'messaging.db'}"
    database = Database(url)
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE written (n INTEGER)"))
    database.close()
    return url


def test_one_thread_of_a_process_looks_for_its_turn_and_all_get_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = Database(url), Database(url)
    looking: set[int] = set()
    pause = time.sleep

    def noted(seconds: float) -> None:
        looking.add(threading.get_ident())
        pause(seconds)

    def write(n: int) -> None:
        with ours.transaction() as connection:
            connection.execute(text("INSERT INTO written VALUES (:n)"), {"n": n})

    with ThreadPoolExecutor(WRITERS) as threads:
        with other.transaction():
            monkeypatch.setattr(module.time, "sleep", noted)
            written = [threads.submit(write, n) for n in range(WRITERS)]
            while not looking:
                pause(0.01)
            pause(0.1)
            while_it_was_held = set(looking)
        for one in written:
            one.result()

    assert len(while_it_was_held) == 1
    with ours.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM written")).scalar() == WRITERS


def test_a_turn_that_does_not_come_in_time_is_told(url: str) -> None:
    database = Database(url, busy_timeout_s=0.05)

    def write() -> None:
        with database.transaction():
            pytest.fail("there are two writers")

    with database.transaction(), ThreadPoolExecutor(1) as threads:
        waited = threads.submit(write)

        with pytest.raises(DatabaseAway):
            waited.result()
