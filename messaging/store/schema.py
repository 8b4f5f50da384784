"""The tables, as `messaging/migrations` make them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

ID_LENGTH = 80


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC, on a database that has no such thing too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse a naive time; take the zone off where the database cannot keep it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must know its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Give back an aware time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversations = Table(
    "conversations",
    metadata,
    Column("conversation_id", String(ID_LENGTH), primary_key=True),
    Column("channel", String(16), nullable=False),
    # The number behind a text-message conversation; NULL in the web chat.
    Column("sealed_number", LargeBinary),
    Column("awaiting", String(64)),
    # What the last turn was about; costs are counted by it.
    Column("journey", String(32)),
    # The last number given out to an event of this conversation.
    Column("last_seq", Integer, nullable=False, server_default="0"),
    # When the next turn is to be tried; NULL: nothing waits.
    Column("work_due_at", UtcDateTime),
    Column("failed_tries", Integer, nullable=False, server_default="0"),
    Column("waiting_since", UtcDateTime),
    Column("delay_told", Boolean, nullable=False, server_default=false()),
    # Whoever works on it holds the lease; the fence tells a holder that came too late.
    Column("lease_until", UtcDateTime),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_message_at", UtcDateTime, nullable=False),
    Index(None, "work_due_at"),
    Index(None, "last_message_at"),
)

messages = Table(
    "messages",
    metadata,
    # Also the turn id of a message that a person sent.
    Column("message_id", String(32), primary_key=True),
    Column(
        "conversation_id",
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("seq", Integer, nullable=False),
    Column("author", String(16), nullable=False),
    Column("kind", String(24), nullable=False),
    # Masked: placeholders stand where values stood.
    Column("text", Text, nullable=False),
    # The values of the placeholders, until the turn is done.
    Column("sealed_values", LargeBinary),
    Column("state", String(16), nullable=False),
    # The turn that a reply answers.
    Column("turn_id", String(32)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    UniqueConstraint("conversation_id", "seq"),
    Index(None, "conversation_id", "state", "seq"),
    Index(None, "created_at"),
)

claims = Table(
    "claims",
    metadata,
    # The carrier's id of an inbound text; kept far longer than the message, so that a captured
    # webhook cannot be replayed once the message is gone.
    Column("external_id", String(64), primary_key=True),
    Column("claimed_at", UtcDateTime, nullable=False),
    Index(None, "claimed_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("text_id", String(32), primary_key=True),
    Column(
        "conversation_id",
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("seq", Integer, nullable=False),
    Column("purpose", String(16), nullable=False),
    # 0 leaves before 1.
    Column("priority", Integer, nullable=False),
    Column("sender", String(32), nullable=False),
    # The caller's key (a repeated request finds the first text), or turn id and number of a reply.
    Column("idempotency_key", String(200), nullable=False, unique=True),
    # A code's is erased once the carrier has accepted it, the others' once their fate is known.
    Column("sealed_body", LargeBinary),
    Column("segments", Integer, nullable=False),
    Column("journey", String(32)),
    Column("state", String(16), nullable=False),
    Column("reason", String(24)),
    Column("error_code", Integer),
    Column("dead", Boolean, nullable=False, server_default=false()),
    Column("carrier_id", String(64), unique=True),
    # The carrier's id of a first sending that did not arrive; set: it is being sent once more.
    Column("first_carrier_id", String(64)),
    Column("created_at", UtcDateTime, nullable=False),
    # After this moment the text is of no use.
    Column("expires_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    # Set while somebody is sending it.
    Column("lease_until", UtcDateTime),
    # Set from before a try until its result is known: a try with no known result is ambiguous.
    Column("tried_at", UtcDateTime),
    Column("accepted_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Index(None, "state", "due_at"),
    Index(None, "conversation_id", "state", "seq"),
    Index(None, "created_at"),
)

opt_outs = Table(
    "opt_outs",
    metadata,
    # No foreign key: it outlives the conversation. The id is a keyed hash of the number.
    Column("conversation_id", String(ID_LENGTH), primary_key=True),
    Column("source", String(16), nullable=False),
    Column("opted_out_at", UtcDateTime, nullable=False),
)

senders = Table(
    "senders",
    metadata,
    Column("sender", String(32), primary_key=True),
    # When the carrier's allowance for this sender is used up no longer.
    Column("free_at", UtcDateTime, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("worker_id", String(32), primary_key=True),
    Column("beat_at", UtcDateTime, nullable=False),
    Column("rasa_ready", Boolean, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", String(32), nullable=False),
    Column("held_until", UtcDateTime, nullable=False),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("handoff_id", String(32), primary_key=True),
    Column(
        "conversation_id",
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"),
        nullable=False,
    ),
    # The turn or text that brought it about; the same one asks once.
    Column("cause", String(120), nullable=False, unique=True),
    Column("reason", String(64), nullable=False),
    Column("journey", String(32)),
    Column("step", String(64)),
    Column("urgent", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "conversation_id", "state"),
    Index(None, "state", "urgent", "created_at"),
)

ceilings = Table(
    "ceilings",
    metadata,
    # What is counted; numbers stand in it as keyed hashes.
    Column("name", String(120), primary_key=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("used", Integer, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("notice_id", String(32), primary_key=True),
    Column("text", String(160), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    # NULL: it stands.
    Column("lifted_at", UtcDateTime),
)
