"""Make the table of web chats that a phone has joined."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_links",
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone_id", sa.String(length=80), nullable=True),
        sa.Column("last_three", sa.String(length=3), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_chat_links_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_chat_links")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_chat_links_code_hash")),
        sa.UniqueConstraint("phone_id", name=op.f("uq_chat_links_phone_id")),
    )


def downgrade() -> None:
    op.drop_table("chat_links")
