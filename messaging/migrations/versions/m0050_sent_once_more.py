"""Let a text that did not arrive be sent once more, under a new id of the carrier."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("first_carrier_id", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "first_carrier_id")
