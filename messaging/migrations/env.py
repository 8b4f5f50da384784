"""How Alembic reaches the messaging database."""

from typing import Any

from alembic import context
from sqlalchemy import create_engine

from messaging.chat import schema as _chat_schema  # noqa: F401 - its tables join the metadata
from messaging.handoff import schema as _handoff_schema  # noqa: F401 - and these
from messaging.store.schema import UtcDateTime, metadata


def plain_type(kind: str, item: Any, _context: Any) -> Any:
    """Write our time type as what it is in the database, so that migrations import nothing."""
    is_time = kind == "type" and isinstance(item, UtcDateTime)
    return "sa.DateTime(timezone=True)" if is_time else False


engine = create_engine(context.config.attributes["url"], hide_parameters=True)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table="messaging_schema",
        # SQLite alters a table by copying it.
        render_as_batch=True,
        render_item=plain_type,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
