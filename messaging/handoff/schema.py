"""The handoff's own tables."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from messaging.store.schema import UtcDateTime, metadata


def _of_conversation(**options: bool) -> Column[str]:
    return Column(
        "conversation_id",
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"),
        **options,  # type: ignore[arg-type]
    )


switchboard = Table(
    "switchboard",
    metadata,
    # One row a conversation; none: the assistant has it and always had.
    _of_conversation(primary_key=True),
    Column("state", String(16), nullable=False),
    # Every change names the version that it was made from.
    Column("version", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    # The message that brought this state about; NULL: a person of the helpdesk, or the clock.
    Column("moved_by", String(32)),
    Column("case_id", String(32)),
    # Who speaks for the helpdesk, as the parent may know them.
    Column("agent", String(80)),
    # When the clock has to look at this row again.
    Column("due_at", UtcDateTime),
    Column("holding_told", Boolean, nullable=False, server_default=false()),
    Column("receipt_at", UtcDateTime),
    # A message of the parent that the person has not answered yet.
    Column("unanswered_since", UtcDateTime),
    # Why a person was offered, as the assistant gave it (JSON): reason, journey, step, facts.
    Column("offer", Text),
    Index(None, "due_at"),
    Index(None, "state"),
)

cases = Table(
    "cases",
    metadata,
    Column("case_id", String(32), primary_key=True),
    _of_conversation(nullable=False),
    # What people call it; stands in the ticket's title.
    Column("reference", String(16), nullable=False, unique=True),
    Column("adapter", String(24), nullable=False),
    # The helpdesk's own name of the ticket, once it is there.
    Column("remote_ref", String(120)),
    Column("reason", String(64), nullable=False),
    Column("journey", String(32)),
    Column("step", String(64)),
    Column("urgent", Boolean, nullable=False),
    # What the parent agreed to, and in which words (data/support, `messaging.handoff.consent`).
    Column("consent", String(16), nullable=False),
    Column("consent_version", String(16), nullable=False),
    Column("in_hours", Boolean),
    Column("created_at", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime),
    # The parent was told that the helpdesk could not be reached yet.
    Column("delay_told", Boolean, nullable=False, server_default=false()),
    Column("first_reply_at", UtcDateTime),
    # Opening time that went by until then, in seconds.
    Column("first_reply_s", Integer),
    Column("closed_at", UtcDateTime),
    Column("outcome", String(24)),
    Index(None, "conversation_id"),
    Index(None, "created_at"),
    Index(None, "adapter", "remote_ref"),
)

relays = Table(
    "relays",
    metadata,
    Column("relay_id", String(32), primary_key=True),
    # NULL: news of a ticket that we do not know yet.
    Column("case_id", ForeignKey("cases.case_id", ondelete="CASCADE")),
    Column("adapter", String(24), nullable=False),
    # "out": to the helpdesk; "in": from it.
    Column("direction", String(4), nullable=False),
    # The helpdesk's own id of the message; NULL until it has one.
    Column("remote_id", String(250)),
    # What brought it about: the same thing is told once.
    Column("cause", String(120), nullable=False),
    Column("kind", String(16), nullable=False),
    # Sealed, and erased once it has arrived.
    Column("sealed_body", LargeBinary),
    Column("state", String(16), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("lease_until", UtcDateTime),
    Column("done_at", UtcDateTime),
    UniqueConstraint("adapter", "remote_id", "direction"),
    UniqueConstraint("cause"),
    Index(None, "direction", "state", "due_at"),
    Index(None, "case_id", "direction", "seq"),
)

helpdesk_cursors = Table(
    "helpdesk_cursors",
    metadata,
    Column("adapter", String(24), primary_key=True),
    # How far the helpdesk's news have been read, in the adapter's own words.
    Column("cursor", String(250), nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
)
