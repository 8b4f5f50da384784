"""The web chat's settings, read from the environment here and nowhere else."""

from pathlib import Path

from pydantic import Field

from messaging.settings import Key, MessagingSettings


class ChatSettings(MessagingSettings):
    """What the web chat's doors need besides what edge and workers share."""

    webchat_token_key: Key
    """32 bytes, base64: seals session tokens."""
    vault_key: Key

    webchat_origins: str = ""
    """The origins of pages that may use the chat, comma separated; the edge's own always may."""
    webchat_demo: bool = False
    """Whether the edge shows the demo page."""
    webchat_texts_file: Path | None = None
    """Own words by language; see `docs/webchat.md`."""
    webchat_notice: str | None = None
    webchat_sms_number: str | None = None
    """The number shown under "Continue by text message"; unset: the two-way number."""
    webchat_streams: int = Field(default=2000, ge=1)
    """Open streams and waiting polls of one edge process."""
    webchat_streams_each: int = Field(default=6, ge=1)
    """Of one conversation: tabs, and streams that have not noticed yet that they are cut off."""

    webchat_slow_s: float = Field(default=30.0, gt=0)
    """A reader that takes nothing for so long is cut off; it comes back with its cursor."""

    contact_phone: str | None = None
    contact_email: str | None = None
    contact_hours: str | None = None
    privacy_url: str | None = None

    @property
    def origins(self) -> tuple[str, ...]:
        """The allowed origins as a tuple."""
        return tuple(one.strip() for one in self.webchat_origins.split(",") if one.strip())

    @property
    def token_key(self) -> bytes:
        """The key of the session tokens."""
        return self.webchat_token_key.get_secret_value()
