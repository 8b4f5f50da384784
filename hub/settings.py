"""Everything the hub reads from its environment, in one frozen object."""

import base64
import hashlib
import hmac
import re
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from hub.accounts import code_texts
from hub.accounts.limits import Limits
from hub.accounts.typed_codes import DIGITS

KEY_BYTES: Final = 32
ONE_TEXT: Final = 160
"""Characters of GSM-7 in one segment."""
OFFICER: Final = re.compile(r"[A-Za-z0-9._@-]{1,48}")
LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class SettingsRefused(SystemExit):
    """Settings are missing or unusable; the message names every one and never shows a value."""


class Key:
    """Thirty-two secret bytes that never show themselves."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret

    def __repr__(self) -> str:
        return "***"


def _split(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _keys(value: Any) -> Any:
    parts = _split(value)
    if not isinstance(parts, tuple) or not all(isinstance(part, str) for part in parts):
        return value
    keys = []
    for part in parts:
        try:
            secret = base64.b64decode(part, altchars=b"-_", validate=True)
        except ValueError:
            secret = b""
        if len(secret) != KEY_BYTES:
            raise ValueError(f"each key must be {KEY_BYTES} bytes in base64")
        keys.append(Key(secret))
    return tuple(keys)


class StaffKey:
    """A key of a staff system, and whose it is: what stands in the record of events."""

    def __init__(self, officer: str, secret: SecretStr) -> None:
        self.officer = officer
        self.secret = secret

    def __repr__(self) -> str:
        return f"{self.officer}:***"


def _staff_keys(value: Any) -> Any:
    parts = _split(value)
    if not isinstance(parts, tuple) or not all(isinstance(part, str) for part in parts):
        return value
    keys = [_staff_key(part) for part in parts]
    if len({key.secret for key in keys}) < len(keys):
        raise ValueError("each key must be given once: it says which officer is there")
    return tuple(keys)


def _staff_key(part: str) -> StaffKey:
    name, colon, secret = part.rpartition(":")
    if colon and not (OFFICER.fullmatch(name) and secret):
        raise ValueError("an officer's name has 1 to 48 letters, digits and ._@- before its key")
    # A key without a name is called by its fingerprint, so that two of them are two officers.
    officer = name if colon else f"key-{hashlib.sha256(secret.encode()).hexdigest()[:12]}"
    return StaffKey(officer, SecretStr(secret))


Keys = Annotated[tuple[Key, ...], NoDecode, BeforeValidator(_keys), Field(min_length=1)]
"""Comma separated; the first is used for what is new, all are accepted for what is old."""


class Settings(BaseSettings):
    """The hub's settings; `load` is how to get one."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_ignore_empty=True,
        env_nested_delimiter="__",
        arbitrary_types_allowed=True,
        extra="ignore",
    )

    hub_host: str = "127.0.0.1"
    hub_port: int = 8081
    hub_internal_port: int = 8082
    hub_public_url: str = "http://localhost:8081"
    hub_threads: int = Field(default=8, ge=1)
    trusted_proxies: int = Field(default=0, ge=0)
    """How many proxies before the pages set X-Forwarded-For; 0: none is believed."""

    hub_api_keys: Annotated[
        tuple[SecretStr, ...], NoDecode, BeforeValidator(_split), Field(min_length=1)
    ]
    hub_admin_keys: Annotated[tuple[StaffKey, ...], NoDecode, BeforeValidator(_staff_keys)] = ()
    """`officer:key`, or a key alone; unset: what is staff's alone answers nobody."""
    hub_code_key: Keys
    hub_seal_key: Keys
    hub_lookup_key: Keys
    hub_session_key: Keys

    messaging_base_url: str = "http://127.0.0.1:8083"
    messaging_api_key: SecretStr
    smtp_url: SecretStr = SecretStr("smtp://127.0.0.1:8025")
    hub_mail_from: str = ""
    """Sender of mails; unset: no-reply at the host of HUB_PUBLIC_URL."""

    var_dir: Path = Path("var")
    hub_database_url: SecretStr = SecretStr("")
    allow_drama_numbers: bool = False
    hub_number_regions: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = ("GB",)
    """Regions whose mobiles are accepted: GB, and by choice GG, JE, IM."""

    contact_phone: str = ""
    contact_email: str = ""
    contact_hours: str = ""
    privacy_url: str = ""
    needs_assessment_url: str = ""
    local_offer_url: str = ""
    log_level: str = "INFO"
    hub_limits: Limits = Limits()

    @field_validator("hub_public_url", "messaging_base_url")
    @classmethod
    def _is_base_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise ValueError("must be an http or https URL")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _a_code_fits_one_text(self) -> "Settings":
        longest = code_texts.body("0" * DIGITS, self.hub_limits.code_lifetime, self.public_host)
        if len(longest) > ONE_TEXT:
            raise ValueError(
                f"HUB_PUBLIC_URL: its host is {len(longest) - ONE_TEXT} characters too long for "
                f"security codes to fit a text message of {ONE_TEXT}"
            )
        return self

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL; a SQLite file in `VAR_DIR` where none is set."""
        return self.hub_database_url.get_secret_value() or f"sqlite:///{self.var_dir / 'hub.db'}"

    @property
    def public_host(self) -> str:
        """The host that codes are bound to and that mails come from."""
        return urlsplit(self.hub_public_url).hostname or "localhost"

    @property
    def mail_from(self) -> str:
        """The sender of the hub's mails."""
        return self.hub_mail_from or f"Staffordshire EHC Hub <no-reply@{self.public_host}>"

    @property
    def cookies_are_secure(self) -> bool:
        """Cookies travel over TLS only, except beside a browser on the same machine."""
        parts = urlsplit(self.hub_public_url)
        return not (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS)


def officer_of(keys: tuple[StaffKey, ...], given: str) -> str | None:
    """Return whose key was given; None: nobody's. Every key is compared, whichever is right."""
    of_key = [
        key.officer
        for key in keys
        if hmac.compare_digest(key.secret.get_secret_value().encode(), given.encode())
    ]
    return of_key[0] if of_key else None


def load(**values: Any) -> Settings:
    """Read the settings from the environment; keyword arguments take its place.

    Raises:
        SettingsRefused: some are missing or unusable; the message names every one.
    """
    try:
        return Settings(**values)
    except ValidationError as exc:
        missing, wrong = [], []
        for error in exc.errors(include_input=False, include_url=False):
            name = "__".join(str(part) for part in error["loc"]).upper()
            if error["type"] == "missing":
                missing.append(name)
            else:
                wrong.append(f"{name} ({error['msg']})" if name else error["msg"])
        lines = []
        if missing:
            lines.append("Missing settings: " + ", ".join(missing))
        if wrong:
            lines.append("Unusable settings: " + "; ".join(wrong))
        raise SettingsRefused("\n".join(lines)) from None
