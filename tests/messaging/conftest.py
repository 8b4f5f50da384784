import itertools
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from messaging.contacts import Contacts
from messaging.spool import Spool
from messaging.store.database import Database
from tests.messaging.fakes import FakeClock
from tests.messaging.migrated import empty
from tests.messaging.mortal import Bench
from tests.messaging.postgres import Postgres
from tests.messaging.redis_server import RedisServer
from tests.messaging.world import World


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def running_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("world"))
    try:
        world.start()
        yield world
    finally:
        world.stop()


@pytest.fixture
def world(running_world: World) -> Iterator[World]:
    """The running service; a test that breaks something mends it again."""
    yield running_world
    running_world.mend()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "empty.db"
    path.write_bytes(empty())
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    copy = tmp_path / "messaging.db"
    copy.write_bytes(migrated.read_bytes())
    database = Database(f"sqlite:///{copy}")
    yield database
    database.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def seal_key() -> bytes:
    return secrets.token_bytes(32)


@pytest.fixture
def contacts(seal_key: bytes) -> Contacts:
    return Contacts(secrets.token_bytes(32), seal_key)


@pytest.fixture
def spool(tmp_path: Path, seal_key: bytes, clock: FakeClock) -> Spool:
    return Spool(tmp_path / "spool", seal_key, clock)


@pytest.fixture
def make_bench(
    migrated: Path, tmp_path: Path, redis_server: RedisServer
) -> Iterator[Callable[..., Bench]]:
    """Return what makes benches, each with a database of its own."""
    made: list[Bench] = []
    count = itertools.count()

    def make(**options: Any) -> Bench:
        folder = tmp_path / str(next(count))
        folder.mkdir()
        shutil.copy(migrated, folder / "messaging.db")
        url = f"sqlite:///{folder / 'messaging.db'}"
        bench = Bench(folder=folder, redis_url=redis_server.url, database_url=url, **options)
        made.append(bench)
        return bench

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.stop()
