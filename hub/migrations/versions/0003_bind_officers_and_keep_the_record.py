"""Bind helpdesk steps to officers, keep the record of events append-only, know who ever registered.

Batch operations that make a table of SQLite anew leave its triggers behind: a later migration that
alters `audit` or `audit_head` so has to make them again.
"""

import sqlalchemy as sa
from alembic import op

from hub.store.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REFUSAL = "the record of events is append-only"
SQLITE_TRIGGERS = {
    "audit_keeps_entries_as_written": "BEFORE UPDATE ON audit",
    "audit_keeps_entries": (
        "BEFORE DELETE ON audit"
        " WHEN OLD.number > (SELECT trimmed_through FROM audit_head WHERE id = 1)"
    ),
    "audit_keeps_its_head": "BEFORE DELETE ON audit_head",
    "audit_never_goes_back": (
        "BEFORE UPDATE ON audit_head WHEN NEW.number < OLD.number"
        " OR NEW.trimmed_through < OLD.trimmed_through"
    ),
}
POSTGRESQL = (
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the record of events is append-only'; END $$
    """,
    """
    CREATE FUNCTION audit_refuse_newer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.number > (SELECT trimmed_through FROM audit_head WHERE id = 1) THEN
            RAISE EXCEPTION 'the record of events is append-only';
        END IF;
        RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER audit_keeps_entries_as_written BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_keeps_entries BEFORE DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_newer()
    """,
    """
    CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_keeps_its_head BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_never_goes_back BEFORE UPDATE ON audit_head
    FOR EACH ROW WHEN (
        NEW.number < OLD.number OR NEW.trimmed_through < OLD.trimmed_through
    ) EXECUTE FUNCTION audit_refuse()
    """,
)


def upgrade() -> None:
    """Make the change."""
    op.add_column("accounts", sa.Column("first_registered_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE accounts SET first_registered_at = registered_at")
    op.execute(
        "UPDATE accounts SET first_registered_at = (SELECT MIN(audit.at) FROM audit"
        " WHERE audit.subject = accounts.id AND audit.event = 'registration.completed')"
        " WHERE first_registered_at IS NULL"
    )
    op.add_column("factor_resets", sa.Column("number_shown_at", UtcDateTime(), nullable=True))
    op.add_column(
        "factor_resets", sa.Column("number_shown_to", sa.String(length=64), nullable=True)
    )
    with op.batch_alter_table("kept_answers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("registration_id", sa.String(length=36), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_kept_answers_registration_id"),
            "registrations",
            ["registration_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_index(
            batch_op.f("ix_kept_answers_registration_id"), ["registration_id"], unique=False
        )
    op.add_column(
        "audit_head",
        sa.Column("trimmed_through", sa.Integer(), nullable=False, server_default="0"),
    )
    _set_trimmed_through()
    _keep_the_record()


def _set_trimmed_through() -> None:
    op.execute(
        "UPDATE audit_head SET trimmed_through ="
        " COALESCE((SELECT MIN(audit.number) - 1 FROM audit), 0)"
    )


def _keep_the_record() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL:
            op.execute(statement)
        return
    for name, when in SQLITE_TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")


def downgrade() -> None:
    """Take the change back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuse() CASCADE")
        op.execute("DROP FUNCTION audit_refuse_newer() CASCADE")
    else:
        for name in SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_column("audit_head", "trimmed_through")
    with op.batch_alter_table("kept_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_answers_registration_id"))
        batch_op.drop_constraint(batch_op.f("fk_kept_answers_registration_id"), type_="foreignkey")
        batch_op.drop_column("registration_id")
    op.drop_column("factor_resets", "number_shown_to")
    op.drop_column("factor_resets", "number_shown_at")
    op.drop_column("accounts", "first_registered_at")
