"""Connections and transactions."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from hub.store import audit

BUSY_TIMEOUT_S = 15
READING = "hub_reading"


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_TIMEOUT_S * 1000}",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A transaction that reads first and writes later cannot wait for another writer, so it
        # waits before it begins; one that only reads sees what was kept, and waits for nobody.
        reads = connection.get_execution_options().get(READING, False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def make_engine(url: str) -> Engine:
    """Return an engine for a SQLite or PostgreSQL URL; nothing is connected yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_S})
        _prepare_sqlite(engine)
        return engine
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(
        parsed,
        pool_pre_ping=True,
        pool_size=10,
        connect_args={"connect_timeout": 5, "options": "-c lock_timeout=15s"},
    )


class Store:
    """The database, as a source of transactions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False, autoflush=True)
        self._open = threading.local()

    @contextmanager
    def transaction(self, *, keep_on: type[Exception] | None = None) -> Iterator[Session]:
        """Run a block in one transaction: all of it is kept, or none.

        Inside another transaction of the same thread the block joins it, as a part that can fail
        alone: an error that the outer block catches has undone the inner one only.

        Args:
            keep_on: an error that is an answer rather than a failure. When the block raises it,
                what was written (a try that was counted, say) is kept, and then it is raised.
        """
        answer: Exception | None = None
        with self._begin() as session:
            try:
                yield session
            except Exception as exc:
                if keep_on is None or not isinstance(exc, keep_on):
                    raise
                answer = exc
        if answer is not None:
            raise answer

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Run a block that only reads; it never waits for one that writes.

        Inside another block of the same thread it reads what that one has written. PostgreSQL
        refuses whatever it would write.
        """
        outer: Session | None = getattr(self._open, "session", None)
        if outer is not None:
            yield outer
            return
        with self._sessions(info={READING: True}) as session:
            session.connection(execution_options={READING: True, "postgresql_readonly": True})
            self._open.session = session
            try:
                yield session
            finally:
                self._open.session = None

    @contextmanager
    def _begin(self) -> Iterator[Session]:
        outer: Session | None = getattr(self._open, "session", None)
        if outer is not None:
            if READING in outer.info:
                raise RuntimeError("nothing can be written inside a block that only reads")
            with audit.undone_with(outer), outer.begin_nested():
                yield outer
            return
        with self._sessions.begin() as session:
            self._open.session = session
            try:
                yield session
                audit.write_pending(session)
            finally:
                self._open.session = None

    def require_ready(self) -> None:
        """Let pass when the database answers and holds our tables.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: it does not.
        """
        with self.reading() as session:
            audit.head(session)
