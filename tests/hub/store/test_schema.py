"""The migrations, there and back, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from hub.store import schema
from hub.store.engine import make_engine
from hub.store.tables import Base

FIRST = "0001"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        made = make_engine(f"sqlite:///{tmp_path / 'hub.db'}")
    else:
        server: str = request.getfixturevalue("postgres_url")
        name = f"schema_{uuid4().hex}"
        with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        made = make_engine(server.rpartition("/")[0] + f"/{name}")
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def add_account(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO accounts (id, email_sealed, email_lookup, created_at)"
                " VALUES ('an-id', 'sealed', 'lookup', '2026-03-02 09:00:00+00:00')"
            )
        )


def accounts(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT id FROM accounts")).scalars())


def test_the_migrations_make_what_the_code_expects(engine: Engine) -> None:
    schema.upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    assert differences == []
    assert schema.current(engine) == schema.newest()


def test_every_migration_can_be_taken_back_and_made_again(engine: Engine) -> None:
    schema.upgrade(engine)

    schema.downgrade(engine, "base")
    emptied = tables(engine)
    schema.upgrade(engine)

    assert emptied == set()
    assert tables(engine) == set(Base.metadata.tables)


def test_people_stay_through_a_migration_and_its_taking_back(engine: Engine) -> None:
    schema.upgrade(engine, FIRST)
    add_account(engine)

    schema.upgrade(engine)
    after = accounts(engine)
    schema.downgrade(engine, FIRST)

    assert after == accounts(engine) == ["an-id"]
    assert schema.current(engine) == FIRST


def test_who_had_registered_before_is_known_to_have(engine: Engine) -> None:
    schema.upgrade(engine, "0002")
    people = {"registered": "2026-03-02 09:00:00+00:00", "helped": None, "invited": None}
    with engine.begin() as connection:
        for name, registered_at in people.items():
            connection.execute(
                text(
                    "INSERT INTO accounts (id, email_sealed, email_lookup, created_at,"
                    " registered_at) VALUES (:name, 'sealed', :name, '2026-03-01 09:00:00+00:00',"
                    " :registered_at)"
                ),
                {"name": name, "registered_at": registered_at},
            )
        connection.execute(
            text(
                "INSERT INTO audit (number, at, event, subject, actor, facts, previous_hash, hash)"
                " VALUES (1, '2026-03-01 10:00:00+00:00', 'registration.completed', 'helped',"
                " 'person', '{}', 'none', 'some')"
            )
        )

    schema.upgrade(engine)

    with engine.connect() as connection:
        known = connection.execute(
            text("SELECT id FROM accounts WHERE first_registered_at IS NOT NULL")
        )
        assert set(known.scalars()) == {"registered", "helped"}


def test_a_second_upgrade_changes_nothing(engine: Engine) -> None:
    schema.upgrade(engine)
    add_account(engine)

    schema.upgrade(engine)

    assert accounts(engine) == ["an-id"]
