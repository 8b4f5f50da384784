"""Make the tables of the switchboard, of cases, and of what goes to and from the helpdesk."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "switchboard",
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", sa.String(length=32), nullable=True),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("agent", sa.String(length=80), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holding_told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("receipt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unanswered_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_switchboard_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_switchboard")),
    )
    op.create_index(op.f("ix_switchboard_due_at"), "switchboard", ["due_at"])
    op.create_index(op.f("ix_switchboard_state"), "switchboard", ["state"])
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("remote_ref", sa.String(length=120), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("journey", sa.String(length=32), nullable=True),
        sa.Column("step", sa.String(length=64), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.String(length=16), nullable=False),
        sa.Column("consent_version", sa.String(length=16), nullable=False),
        sa.Column("in_hours", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delay_told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("first_reply_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_reply_s", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_cases_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_cases")),
        sa.UniqueConstraint("reference", name=op.f("uq_cases_reference")),
    )
    op.create_index(op.f("ix_cases_conversation_id"), "cases", ["conversation_id"])
    op.create_index(op.f("ix_cases_created_at"), "cases", ["created_at"])
    op.create_index(op.f("ix_cases_adapter_remote_ref"), "cases", ["adapter", "remote_ref"])
    op.create_table(
        "relays",
        sa.Column("relay_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("remote_id", sa.String(length=250), nullable=True),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.case_id"], name=op.f("fk_relays_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relay_id", name=op.f("pk_relays")),
        sa.UniqueConstraint(
            "adapter",
            "remote_id",
            "direction",
            name=op.f("uq_relays_adapter_remote_id_direction"),
        ),
        sa.UniqueConstraint("cause", name=op.f("uq_relays_cause")),
    )
    op.create_index(
        op.f("ix_relays_direction_state_due_at"), "relays", ["direction", "state", "due_at"]
    )
    op.create_index(
        op.f("ix_relays_case_id_direction_seq"), "relays", ["case_id", "direction", "seq"]
    )
    op.create_table(
        "helpdesk_cursors",
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("cursor", sa.String(length=250), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("adapter", name=op.f("pk_helpdesk_cursors")),
    )


def downgrade() -> None:
    for table in ("helpdesk_cursors", "relays", "cases", "switchboard"):
        op.drop_table(table)
