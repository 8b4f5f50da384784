"""What is kept. `*_sealed` is encrypted, `*_lookup` and `*_hash` cannot be turned back."""

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from hub.store.types import UtcDateTime

ID = String(36)
DIGEST = String(64)

AccountId = Annotated[
    str, mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
]
"""Whose row it is; the row goes when the person is erased."""


def _partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index over some rows only, for both kinds of database."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


class Base(DeclarativeBase):
    """The hub's tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), str: Text()}  # noqa: RUF012 - SQLAlchemy's form


class Account(Base):
    """A person's account, from the first invitation on."""

    __tablename__ = "accounts"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    email_sealed: Mapped[str]
    email_lookup: Mapped[str] = mapped_column(DIGEST, unique=True)
    created_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    first_registered_at: Mapped[datetime | None]
    """Stays when a lost factor is removed: whoever has ever registered is not a stranger."""
    number_sealed: Mapped[str | None]
    number_lookup: Mapped[str | None] = mapped_column(DIGEST)
    number_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str | None]
    password_set_at: Mapped[datetime | None]


class Invitation(Base):
    """One mail that asks a person to register; a newer one ends it."""

    __tablename__ = "invitations"
    __table_args__ = (
        _partial_index("uq_invitations_open", "account_id", where="ended_at IS NULL", unique=True),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[AccountId]
    token_hash: Mapped[str] = mapped_column(DIGEST, unique=True)
    code_lookup: Mapped[str] = mapped_column(DIGEST, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
    """`superseded`, `withdrawn` or `completed`."""


class Registration(Base):
    """One session's (a conversation's, a browser's) way through a registration."""

    __tablename__ = "registrations"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    invitation_id: Mapped[str] = mapped_column(
        ID, ForeignKey("invitations.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    session: Mapped[str] = mapped_column(String(128), index=True)
    """The conversation's id, or `page-<uuid>` for a browser."""
    number_sealed: Mapped[str | None]
    number_lookup: Mapped[str | None] = mapped_column(DIGEST)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    """When the number was proved."""
    app_confirmed_at: Mapped[datetime | None]
    """When an authenticator app was."""
    password_hash: Mapped[str | None]
    """Chosen before a second factor was proved; the account's own from then on."""
    completed_at: Mapped[datetime | None]
    let_go_at: Mapped[datetime | None]


class Challenge(Base):
    """A security code that is out: everything it is derived from, but not the code."""

    __tablename__ = "challenges"
    __table_args__ = (
        _partial_index(
            "uq_challenges_live", "account_id", "purpose", where="ended_at IS NULL", unique=True
        ),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[AccountId]
    purpose: Mapped[str] = mapped_column(String(32))
    session: Mapped[str] = mapped_column(String(128))
    number_sealed: Mapped[str]
    number_lookup: Mapped[str] = mapped_column(DIGEST)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
    """`used`, `superseded` or `locked`."""


class Guard(Base):
    """What stands before a limited step; its row is held while the step is decided."""

    __tablename__ = "guards"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    touched_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
    in_a_row: Mapped[int] = mapped_column(default=0, server_default="0")
    off_at: Mapped[datetime | None]


class Tally(Base):
    """One countable event: a send, a wrong code, a request."""

    __tablename__ = "tallies"
    __table_args__ = (Index("ix_tallies_key_at", "key", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(index=True)


class Outgoing(Base):
    """A text or mail that must leave: written with what it tells of, erased when handed over."""

    __tablename__ = "outbox"
    __table_args__ = (_partial_index("ix_outbox_due", "next_try_at", where="done_at IS NULL"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """`security_code`, `text` or `mail`."""
    account_id: Mapped[str | None] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    challenge_id: Mapped[str | None] = mapped_column(
        ID, ForeignKey("challenges.id", ondelete="CASCADE"), index=True
    )
    payload_sealed: Mapped[str | None]
    created_at: Mapped[datetime]
    not_after: Mapped[datetime]
    """Of no use to anyone from then on."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_try_at: Mapped[datetime]
    """When the relay looks at it again."""
    leased_until: Mapped[datetime | None]
    """Someone is handing it over; after this time that someone has died."""
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    """`accepted`, `refused` or `too_late`."""
    text_id: Mapped[str | None] = mapped_column(String(128))


class MailRequest(Base):
    """An address that asked for a mail; whether it is known is looked at later, out of sight."""

    __tablename__ = "mail_requests"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """`invitation` or `reset`."""
    email_sealed: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Link(Base):
    """A single-use link to a page: to finish a registration, to reset a password."""

    __tablename__ = "links"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[AccountId]
    kind: Mapped[str] = mapped_column(String(16))
    """`continue` or `reset`."""
    registration_id: Mapped[str | None] = mapped_column(
        ID, ForeignKey("registrations.id", ondelete="CASCADE")
    )
    token_hash: Mapped[str] = mapped_column(DIGEST, unique=True)
    proof_hash: Mapped[str | None] = mapped_column(DIGEST)
    """Of what the browser got that gave the second factor to a reset link."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]


class Authenticator(Base):
    """An authenticator app: enrolled, confirmed with a code, then in use for its account."""

    __tablename__ = "authenticators"
    __table_args__ = (
        _partial_index(
            "uq_authenticators_in_use",
            "account_id",
            where="in_use_at IS NOT NULL AND ended_at IS NULL",
            unique=True,
        ),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[AccountId]
    session: Mapped[str] = mapped_column(String(128), index=True)
    """The registration or browser session in which it was enrolled."""
    secret_sealed: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """An enrolment that was not confirmed by then is over."""
    confirmed_at: Mapped[datetime | None]
    in_use_at: Mapped[datetime | None]
    last_step: Mapped[int | None]
    """The newest 30-second step of which a code was accepted; no older one is again."""
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]


class RecoveryCode(Base):
    """One code for a day without phone; the code itself is not kept."""

    __tablename__ = "recovery_codes"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[AccountId]
    code_hash: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
    """`used` or `replaced`."""


class SignIn(Base):
    """The step between the right password and the second factor."""

    __tablename__ = "sign_ins"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    token_hash: Mapped[str] = mapped_column(DIGEST, unique=True)
    account_id: Mapped[AccountId]
    renews: Mapped[str | None] = mapped_column(ID)
    """The session that it takes the place of."""
    tried_by: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FactorReset(Base):
    """A person who lost every second factor, on the way through the helpdesk."""

    __tablename__ = "factor_resets"
    __table_args__ = (
        _partial_index(
            "uq_factor_resets_open", "account_id", where="ended_at IS NULL", unique=True
        ),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[AccountId]
    created_at: Mapped[datetime]
    number_shown_at: Mapped[datetime | None]
    number_shown_to: Mapped[str | None] = mapped_column(String(64))
    called_back_at: Mapped[datetime | None]
    called_back_by: Mapped[str | None] = mapped_column(String(64))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(64))
    due_at: Mapped[datetime | None]
    """When the hold is over."""
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
    """`done`, `refused` or `not_needed`."""


class InvitationImport(Base):
    """A list of addresses to invite."""

    __tablename__ = "invitation_imports"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    actor: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(index=True)


class ImportRow(Base):
    """One line of such a list; its address is erased when the line is done."""

    __tablename__ = "import_rows"
    __table_args__ = (
        _partial_index("ix_import_rows_waiting", "import_id", where="outcome IS NULL"),
    )
    import_id: Mapped[str] = mapped_column(
        ID, ForeignKey("invitation_imports.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    email_sealed: Mapped[str | None]
    outcome: Mapped[str | None] = mapped_column(String(32))
    """`invited`, or why not; null: still to be done."""


class Session(Base):
    """A browser that is signed in."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    token_hash: Mapped[str] = mapped_column(DIGEST, unique=True)
    account_id: Mapped[AccountId]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    authenticated_at: Mapped[datetime]
    """When both factors were last given."""
    ended_at: Mapped[datetime | None]


class KeptAnswer(Base):
    """The first answer to an idempotency key, written with what it answers for."""

    __tablename__ = "kept_answers"
    key: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    request: Mapped[str] = mapped_column(DIGEST)
    created_at: Mapped[datetime] = mapped_column(index=True)
    answer_sealed: Mapped[str | None]
    outgoing_id: Mapped[str | None] = mapped_column(ID)
    registration_id: Mapped[str | None] = mapped_column(
        ID, ForeignKey("registrations.id", ondelete="CASCADE"), index=True
    )
    """Of whose owner the answer tells, so that it goes when the person is erased."""


class AuditEntry(Base):
    """One event of record; each holds the hash of the one before."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(ID, index=True)
    actor: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(DIGEST)
    hash: Mapped[str] = mapped_column(DIGEST)


class AuditHead(Base):
    """Where the chain ends; the one row is held while an entry is added."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(DIGEST)
    trimmed_through: Mapped[int] = mapped_column(default=0, server_default="0")
    """Entries up to this number were old enough to go; the database refuses to delete others."""
