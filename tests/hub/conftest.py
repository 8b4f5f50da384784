"""A hub over a real database, and what tests do to it."""

import base64
import itertools
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hub import settings as hub_settings
from hub.accounts import invitations, relay
from hub.accounts.hub import Hub
from hub.store import schema
from hub.store.engine import make_engine
from tests.hub import postgres
from tests.hub.parts import (
    Invitation,
    MailsTaken,
    MovableClock,
    TextsTaken,
    key_of,
    make_parts,
    read_invitation,
)

MEMORY = Path("/dev/shm")
"""Where a write that is waited for takes no time; a disk's own speed is nothing to test."""


@pytest.fixture(scope="session")
def databases() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def migrated(databases: Path) -> Path:
    path = databases / "migrated.db"
    engine = make_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()  # the last connection to close brings everything into the one file
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres.server() as url:
        engine = make_engine(url)
        schema.upgrade(engine)
        engine.dispose()
        yield url


@cache
def engine_of(url: str) -> Engine:
    """Return an engine for all tests: what one has had compiled, the next need not."""
    return make_engine(url)


@pytest.fixture
def sqlite_url(migrated: Path) -> str:
    """Return the address of a new database, the same for every test."""
    path = migrated.with_name("hub.db")
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(migrated.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    url: str = request.getfixturevalue("postgres_url")
    postgres.empty(url)
    return url


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def hub(database_url: str, clock: MovableClock) -> Iterator[Hub]:
    parts = make_parts(database_url, clock, engine=engine_of(database_url))
    yield parts
    parts.store.engine.dispose()


@pytest.fixture
def texts(hub: Hub) -> TextsTaken:
    assert isinstance(hub.texts, TextsTaken)
    return hub.texts


@pytest.fixture
def mails(hub: Hub) -> MailsTaken:
    assert isinstance(hub.mails, MailsTaken)
    return hub.mails


_addresses = itertools.count()


@pytest.fixture
def invite(hub: Hub, mails: MailsTaken) -> Callable[..., Invitation]:
    """Invite someone and read the mail."""

    def _invite(email: str | None = None) -> Invitation:
        address = email or f"parent{next(_addresses)}@example.com"
        invitations.invite(hub, email=address, actor="test")
        relay.sweep(hub)
        return read_invitation(mails.all[-1])

    return _invite


@pytest.fixture
def settings(database_url: str) -> hub_settings.Settings:
    def encoded(number: int) -> str:
        return base64.b64encode(key_of(number)).decode()

    return hub_settings.load(
        hub_api_keys="current-key,former-key",
        hub_admin_keys="officer-a:staff-key,officer-b:other-staff-key",
        hub_seal_key=encoded(1),
        hub_lookup_key=encoded(2),
        hub_code_key=encoded(3),
        hub_session_key=encoded(4),
        messaging_api_key="messaging-key",
        hub_public_url="https://hub.example.gov.uk",
        hub_database_url=database_url,
        allow_drama_numbers=True,
    )
