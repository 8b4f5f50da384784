import json
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from clients.sealing import Sealer
from messaging.errors import DatabaseAway, SpoolAway
from messaging.inbound import Taken
from messaging.kinds import Kind
from messaging.spool import Spool
from tests.messaging.fakes import FakeClock


def fill(spool: Spool, clock: FakeClock, count: int) -> None:
    for n in range(count):
        spool.put({"n": n}, key=f"SM{n}")
        clock.pass_by(timedelta(milliseconds=1))


def test_what_was_put_in_comes_out_once_in_order(spool: Spool, clock: FakeClock) -> None:
    fill(spool, clock, 20)
    taken: list[Any] = []

    assert spool.replay(taken.append) == 20
    assert spool.replay(taken.append) == 0
    assert [record["n"] for record in taken] == list(range(20))
    assert spool.is_empty()


@pytest.mark.parametrize("step", [timedelta(0), timedelta(seconds=-5)])
def test_the_order_stands_when_the_clock_stands_still_or_goes_back(
    spool: Spool, clock: FakeClock, step: timedelta
) -> None:
    for n in range(10):
        spool.put({"n": n}, key=f"SM{n}")
        clock.pass_by(step)
    taken: list[Any] = []

    spool.replay(taken.append)

    assert [record["n"] for record in taken] == list(range(10))


def test_no_file_shows_what_it_holds(spool: Spool, tmp_path: Path) -> None:
    spool.put({"text": "sesame"}, key="SM1")

    assert all(b"sesame" not in path.read_bytes() for path in (tmp_path / "spool").glob("*.sealed"))


def test_the_same_key_twice_is_kept_once(spool: Spool) -> None:
    spool.put({"n": 1}, key="SM1")
    spool.put({"n": 2}, key="SM1")

    assert spool.count() == 1


def test_replay_stops_where_the_database_is_away_and_goes_on_there(
    spool: Spool, clock: FakeClock
) -> None:
    fill(spool, clock, 5)
    taken: list[int] = []

    def take_two(record: Any) -> None:
        if len(taken) == 2:
            raise DatabaseAway
        taken.append(record["n"])

    assert spool.replay(take_two) == 2
    assert spool.count() == 3
    spool.replay(lambda record: taken.append(record["n"]))
    assert taken == [0, 1, 2, 3, 4]


def test_a_file_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(
    spool: Spool, clock: FakeClock, tmp_path: Path
) -> None:
    fill(spool, clock, 3)
    sorted((tmp_path / "spool").glob("*.sealed"))[1].write_bytes(b"torn")
    taken: list[Any] = []

    spool.replay(taken.append)

    assert [record["n"] for record in taken] == [0, 2]
    assert (spool.is_empty(), spool.count_set_aside()) == (True, 1)


@pytest.mark.parametrize(
    "trouble", [KeyError("kind"), ValueError("no such kind"), IntegrityError("x", {}, Exception())]
)
def test_a_record_that_cannot_be_applied_is_set_aside_and_holds_nobody_up(
    spool: Spool, clock: FakeClock, trouble: Exception
) -> None:
    fill(spool, clock, 3)
    taken: list[Any] = []

    def take(record: Any) -> None:
        if record["n"] == 0:
            raise trouble
        taken.append(record["n"])

    assert spool.replay(take) == 2
    assert taken == [1, 2]
    assert (spool.is_empty(), spool.count_set_aside()) == (True, 1)
    assert spool.replay(take) == 0


def test_a_file_that_was_set_aside_is_replayed_once_its_name_is_given_back(
    spool: Spool, tmp_path: Path
) -> None:
    spool.put({"n": 1}, key="SM1")
    spool.replay(lambda record: record["missing"])
    (aside,) = (tmp_path / "spool").glob("*.aside")
    taken: list[Any] = []

    aside.rename(aside.with_suffix(".sealed"))
    spool.replay(taken.append)

    assert [record["n"] for record in taken] == [1]


def test_a_record_of_newer_software_is_set_aside(
    spool: Spool, tmp_path: Path, seal_key: bytes
) -> None:
    record = Sealer(seal_key).seal(json.dumps({"version": 2, "n": 1}), place="spool")
    (tmp_path / "spool" / "1-1.sealed").write_bytes(record)

    assert spool.replay(lambda _record: None) == 0
    assert spool.count_set_aside() == 1


def test_a_record_of_older_software_is_read_with_defaults_and_fields_unknown_to_it_left_out() -> (
    None
):
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    taken = Taken(
        message_id="1",
        external_id="SM1",
        number="+447700900101",
        kind=Kind.TEXT,
        text="hello",
        is_answered=False,
        received_at=now,
    )
    record = {k: v for k, v in taken.to_record().items() if k != "values"} | {"mood": "good"}

    assert Taken.from_record(record) == taken


def test_two_replays_at_once_hand_nothing_over_twice(spool: Spool, clock: FakeClock) -> None:
    fill(spool, clock, 30)
    taken: list[int] = []
    threads = [
        threading.Thread(target=spool.replay, args=(lambda record: taken.append(record["n"]),))
        for _ in range(4)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spool.replay(lambda record: taken.append(record["n"]))

    assert sorted(taken) == list(range(30))


def test_a_folder_that_cannot_be_written_is_told_at_the_start(
    tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(SpoolAway):
        Spool(tmp_path / "file" / "spool", bytes(32), clock)


def test_a_folder_that_went_away_is_told_at_once(
    spool: Spool, tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "spool").rename(tmp_path / "elsewhere")

    with pytest.raises(SpoolAway):
        spool.put({"n": 1}, key="SM1")


def test_only_the_owner_may_look_into_the_folder(spool: Spool, tmp_path: Path) -> None:
    spool.put(json.loads('{"n": 1}'), key="SM1")

    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700
