"""Make the table of the numbers that were given in a web chat, as opaque ids."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_numbers",
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("phone_id", sa.String(length=80), nullable=False),
        sa.Column("told_text_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_chat_numbers_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "phone_id", name=op.f("pk_chat_numbers")),
    )
    op.create_index(op.f("ix_chat_numbers_phone_id"), "chat_numbers", ["phone_id"])


def downgrade() -> None:
    op.drop_table("chat_numbers")
