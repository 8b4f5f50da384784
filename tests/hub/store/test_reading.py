"""Blocks that only read, beside others that write."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.accounts import factor_resets, invitations, overview
from tests.hub.parts import MovableClock, make_parts


def test_who_reads_waits_for_nobody_who_writes(hub, database_url) -> None:
    """On SQLite there is one writer at a time, and everyone else would wait for it."""
    invitations.invite(hub, email="parent@example.com", actor="test")
    other = make_parts(database_url, MovableClock())
    try:
        with other.store.transaction() as session:
            session.execute(text("UPDATE accounts SET password_hash = 'not kept yet'"))

            hub.store.require_ready()
            found = overview.of_address(hub, "parent@example.com")
            waiting = factor_resets.waiting(hub)
    finally:
        other.store.engine.dispose()

    assert found is not None
    assert (found.state, waiting) == ("invited", [])


def test_who_reads_inside_a_transaction_sees_what_it_has_written(hub) -> None:
    with hub.store.transaction():
        invitations.invite(hub, email="parent@example.com", actor="test")

        found = overview.of_address(hub, "parent@example.com")

    assert found is not None


def test_nothing_is_written_inside_a_block_that_only_reads(hub) -> None:
    with hub.store.reading(), pytest.raises(RuntimeError, match="only reads"):
        invitations.invite(hub, email="parent@example.com", actor="test")

    assert overview.of_address(hub, "parent@example.com") is None


def test_postgresql_refuses_a_write_in_a_block_that_only_reads(hub) -> None:
    if hub.store.engine.dialect.name != "postgresql":
        return  # SQLite has no such transactions
    with pytest.raises(DBAPIError, match="read-only"), hub.store.reading() as session:
        session.execute(text("UPDATE accounts SET password_hash = 'never kept'"))
