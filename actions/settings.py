"""The settings of the action server; the only place that reads its environment."""

import base64
import binascii
from functools import cached_property
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from actions.core.contacts import Contacts

_KEY_BYTES = 32
SIGN_IN_PATH = "/sign-in"
"""Of the hub's page; hub/pages/sign_in.py serves it."""


class Settings(BaseSettings):
    """What the action server needs to know; secrets have no default."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    actions_token: SecretStr
    """Bearer token that Rasa must bring; two, comma separated, while one is replaced."""
    hub_api_key: SecretStr
    vault_key: SecretStr

    actions_host: str = "127.0.0.1"
    actions_port: int = Field(default=5055, ge=1, le=65535)
    hub_base_url: str = "http://127.0.0.1:8082"
    messaging_base_url: str = "http://127.0.0.1:8083"
    messaging_api_key: SecretStr | None = None
    """Unset: nobody is passed on to the helpdesk, phone and email are named."""
    redis_url: str = "redis://127.0.0.1:6399/0"

    contact_phone: str | None = None
    contact_email: str | None = None
    contact_hours: str | None = None
    privacy_url: str | None = None
    safeguarding_phone: str | None = None
    safeguarding_out_of_hours_phone: str | None = None
    """The council's numbers for who is worried about a child; said beside the helplines."""
    hub_sign_in_url: str | None = None
    """Unset: the sign-in page of the hub at `HUB_PUBLIC_URL`, where that is known."""
    hub_public_url: str | None = None
    local_offer_url: str | None = None
    transcript_days: int = Field(default=30, ge=1, le=365)
    """How long what was said is kept; `messaging` deletes it after that."""

    log_level: str = "INFO"

    @field_validator("vault_key")
    @classmethod
    def _is_32_bytes(cls, value: SecretStr) -> SecretStr:
        try:
            key = base64.b64decode(value.get_secret_value(), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != _KEY_BYTES:
            raise ValueError(f"must be {_KEY_BYTES} bytes in base64")
        return value

    @property
    def tokens(self) -> list[str]:
        """Return the accepted bearer tokens."""
        return [token.strip() for token in self.actions_token.get_secret_value().split(",")]

    @property
    def vault_key_bytes(self) -> bytes:
        """Return the vault's key."""
        return base64.b64decode(self.vault_key.get_secret_value())

    @property
    def _sign_in_url(self) -> str | None:
        if self.hub_sign_in_url or not self.hub_public_url:
            return self.hub_sign_in_url
        return self.hub_public_url.rstrip("/") + SIGN_IN_PATH

    @cached_property
    def contacts(self) -> Contacts:
        """Return the helpdesk's details as configured."""
        return Contacts(
            phone=self.contact_phone,
            email=self.contact_email,
            hours=self.contact_hours,
            privacy_url=self.privacy_url,
            transcript_days=self.transcript_days,
            safeguarding_phone=self.safeguarding_phone,
            safeguarding_out_of_hours_phone=self.safeguarding_out_of_hours_phone,
            sign_in_url=self._sign_in_url,
            local_offer_url=self.local_offer_url,
        )


class InvalidSettings(SystemExit):
    """The environment does not do; the message names every setting concerned, never a value."""


def read_settings(**values: Any) -> Settings:
    """Return the settings from the environment; `values` go before it.

    Raises:
        InvalidSettings: names everything that is missing or wrong at once.
    """
    try:
        return Settings(**values)
    except ValidationError as exc:
        missing = [_name(error) for error in exc.errors() if error["type"] == "missing"]
        wrong = [
            f"{_name(error)} ({error['msg']})"
            for error in exc.errors()
            if error["type"] != "missing"
        ]
        parts = []
        if missing:
            parts.append("Missing settings: " + ", ".join(missing))
        if wrong:
            parts.append("Wrong settings: " + ", ".join(wrong))
        raise InvalidSettings("\n".join(parts)) from None


def _name(error: Any) -> str:
    return "_".join(str(part) for part in error["loc"]).upper()
