"""The web chat's own tables beside the log."""

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, UniqueConstraint

from messaging.store.schema import ID_LENGTH, UtcDateTime, metadata

chat_sessions = Table(
    "chat_sessions",
    metadata,
    Column(
        "conversation_id",
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("begun_at", UtcDateTime, nullable=False),
    # Set when the parent ends the chat: no token opens it after that.
    Column("ended_at", UtcDateTime),
)

chat_posts = Table(
    "chat_posts",
    metadata,
    # A parent's own message, which the page has given an id of its own: the same id again is the
    # same message again.
    Column("message_id", ForeignKey("messages.message_id", ondelete="CASCADE"), primary_key=True),
    Column(
        "conversation_id",
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("client_id", String(36), nullable=False),
    # The button that was pressed, as the assistant issued it.
    Column("choice", String(200)),
    UniqueConstraint("conversation_id", "client_id"),
)

chat_shows = Table(
    "chat_shows",
    metadata,
    # What a message of the assistant shows besides its words; placeholders in it are not filled.
    Column("message_id", ForeignKey("messages.message_id", ondelete="CASCADE"), primary_key=True),
    Column("buttons", JSON, nullable=False),
    Column("extras", JSON, nullable=False),
    Column("name", String(80)),
)

chat_links = Table(
    "chat_links",
    metadata,
    # A chat that a phone may join or has joined; see `messaging.chat.links`.
    Column(
        "conversation_id",
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    # Keyed hash of the word that joins a phone, until it is used or its time is over.
    Column("code_hash", String(64), unique=True),
    Column("code_expires_at", UtcDateTime),
    # The conversation id of the number that has joined; its number lies sealed with the chat.
    Column("phone_id", String(ID_LENGTH), unique=True),
    Column("last_three", String(3)),
)

chat_numbers = Table(
    "chat_numbers",
    metadata,
    # A number that was given in a chat, as the opaque id of its own conversation: whoever waits
    # there for a code is told when its text does not arrive; see `messaging.undelivered`.
    Column(
        "conversation_id",
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("phone_id", String(ID_LENGTH), primary_key=True),
    # The text whose fate the chat was told last.
    Column("told_text_id", String(32)),
    Index(None, "phone_id"),
)
