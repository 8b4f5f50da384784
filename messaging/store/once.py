"""Inserting a row unless it is there already, in one statement."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert the row and return True; where a unique key stands in the way, return False."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # By what comes back and not by the count of rows, which drivers do not keep for an INSERT.
    keys = table.primary_key.columns
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(*keys)
    return connection.execute(statement).first() is not None


def put(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert the row, or bring the one with the same primary key up to date."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in values.items() if name not in keys}
    connection.execute(
        insert(table).values(**values).on_conflict_do_update(index_elements=keys, set_=rest)
    )
