from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from messaging.migrate import to_latest, to_nothing
from messaging.store.schema import metadata


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'deep' / 'messaging.db'}"


def test_the_migrations_make_the_tables_that_the_code_knows(url: str) -> None:
    to_latest(url)

    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "messaging_schema", "compare_type": False}
        )
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_migrating_twice_changes_nothing_and_back_leaves_nothing(url: str) -> None:
    to_latest(url)
    to_latest(url)
    to_nothing(url)

    engine = create_engine(url)
    assert inspect(engine).get_table_names() == ["messaging_schema"]
    engine.dispose()
