"""Opening the database and its transactions."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from messaging.errors import DatabaseAway

BUSY_TIMEOUT_S = 5.0
"""How long a transaction waits for another one before the database counts as away."""

LOOK_AGAIN_S = 0.001

_READING = "reading"
_DURABLE = "durable"


class Database:
    """The messaging database; safe to share between threads, not across a fork."""

    def __init__(self, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """Take a SQLAlchemy URL; nothing is opened before the first transaction."""
        self._engine = _engine(url, busy_timeout_s)
        self._busy_timeout_s = busy_timeout_s
        is_sqlite = self._engine.dialect.name == "sqlite"
        self._writing = threading.Lock() if is_sqlite else None

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Connection]:
        """Open a transaction that may write; it commits at the end or leaves no trace.

        `durable=False` does not wait for the disk: a power cut may undo it, a crash of ours may
        not. It is for what is known to be found out again: a lease, a sign of life.

        Raises:
            DatabaseAway: it could not be opened, written or committed.
        """
        with (
            _translated(),
            self._one_of_ours(),
            self._engine.connect().execution_options(**{_DURABLE: durable}) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql" and not durable:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection

    @contextmanager
    def _one_of_ours(self) -> Iterator[None]:
        """Let one thread of this process at a time wait for SQLite's one writer's place.

        Dozens that look every millisecond keep the one that has it from its work.
        """
        if self._writing is None:
            yield
        elif self._writing.acquire(timeout=self._busy_timeout_s):
            try:
                yield
            finally:
                self._writing.release()
        else:
            raise DatabaseAway("Busy")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads and keeps no writer waiting.

        Raises:
            DatabaseAway: it could not be opened or read.
        """
        with (
            _translated(),
            self._engine.connect().execution_options(**{_READING: True}) as connection,
            connection.begin(),
        ):
            yield connection

    def check_writable(self) -> None:
        """Take and give back the right to write.

        Raises:
            DatabaseAway: it cannot be had.
        """
        with self.transaction() as connection:
            connection.execute(text("SELECT 1 FROM conversations WHERE 1 = 0"))

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as exc:
        if isinstance(exc, DBAPIError) and not _is_trouble(exc):
            raise
        raise DatabaseAway(type(exc.__cause__ or exc).__name__) from exc


def _is_trouble(exc: DBAPIError) -> bool:
    """Tell the database's own trouble from a mistake of ours (a constraint, a wrong statement)."""
    kinds = (OperationalError, InterfaceError, InternalError)
    # PostgreSQL has a code of its own for a server that has become a read-only one.
    is_read_only = type(exc.orig).__name__ == "ReadOnlySqlTransaction"
    return exc.connection_invalidated or isinstance(exc, kinds) or is_read_only


def _engine(url: str, busy_timeout_s: float) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database, busy_timeout_s)
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        pool_timeout=busy_timeout_s,
        connect_args={
            "connect_timeout": max(1, int(busy_timeout_s)),
            "options": f"-c statement_timeout={int(busy_timeout_s * 1000)}",
        },
        hide_parameters=True,
    )


def _sqlite(url: str, path: str | None, busy_timeout_s: float) -> Engine:
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": busy_timeout_s, "check_same_thread": False},
        pool_size=10,
        max_overflow=20,
        pool_timeout=busy_timeout_s,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _record: Any) -> None:
        # The driver's own implicit BEGIN would come too late; ours is sent below.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE: a writer takes its turn at the start, where the busy time-out applies, and not
        # in the middle, where SQLite gives up at once.
        options = connection.get_execution_options()
        if options.get(_READING):
            connection.exec_driver_sql("BEGIN")
            return
        # In WAL mode NORMAL keeps the file whole and leaves the flush to a later commit.
        level = "FULL" if options.get(_DURABLE, True) else "NORMAL"
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        _take_turn(connection, busy_timeout_s)

    return engine


def _take_turn(connection: Connection, timeout_s: float) -> None:
    """Begin to write, waiting for whoever writes.

    SQLite's own busy handler sleeps longer each time, up to 100 ms, so that under load a waiter
    is overtaken again and again by whoever has just come; looking every millisecond is nearly fair.
    """
    deadline = time.monotonic() + timeout_s
    driver = connection.connection.driver_connection
    assert driver is not None, "a connection that has begun"
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < deadline:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as exc:
                if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
            else:
                return
            time.sleep(LOOK_AGAIN_S)
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails as SQLAlchemy's errors do
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(timeout_s * 1000)}")
