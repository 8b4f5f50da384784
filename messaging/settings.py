"""The messaging settings, read from the environment here and nowhere else."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretBytes,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from clients.sealing import key_from_base64
from messaging.handoff.settings import HelpdeskSettings
from messaging.limits import Limits
from messaging.numbers import is_e164


def _key(value: object) -> SecretBytes:
    return SecretBytes(key_from_base64(str(value)))


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a URL beginning with http:// or https://")
    if parts.username or parts.query or parts.fragment:
        raise ValueError("must be a plain URL: no user, query or fragment")
    return value.rstrip("/")


def _no_underscore_host(value: str) -> str:
    # Twilio refuses a StatusCallback whose host has one.
    if "_" in (urlsplit(value).hostname or ""):
        raise ValueError("the host may not contain an underscore")
    return value


STATUS_PATH = "/webhooks/twilio/status"

Key = Annotated[SecretBytes, BeforeValidator(_key)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
PublicUrl = Annotated[BaseUrl, AfterValidator(_no_underscore_host)]


class DatabaseSettings(BaseSettings):
    """Where the database is; all that bringing it up to date needs."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    messaging_database_url: str | None = None
    var_dir: Path = Path("var")

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL: the one that is set, or a SQLite file in the var folder."""
        if self.messaging_database_url:
            return self.messaging_database_url
        return f"sqlite:///{self.var_dir / 'messaging.db'}"


class OperatorSettings(DatabaseSettings):
    """What erasing a person needs."""

    redis_url: str
    conversation_key: Key
    messaging_seal_key: Key


class MessagingSettings(DatabaseSettings, HelpdeskSettings):
    """What edge and workers share."""

    public_base_url: PublicUrl
    """The edge as Twilio sees it; signatures and callback addresses are made over it."""
    redis_url: str

    conversation_key: Key
    messaging_seal_key: Key

    twilio_account_sid: str
    twilio_auth_token: SecretStr
    twilio_from: str
    """The two-way number that parents text."""
    twilio_numbers: str | None = Field(default=None, validate_default=True)
    """The numbers that parents text, comma separated; needed where TWILIO_FROM is a Messaging
    Service, which does not say them."""
    twilio_code_from: str | None = None
    """The sender of security codes; unset: the two-way number."""

    allow_drama_numbers: bool = False
    accepted_regions: str = "GB"
    """Where mobiles may be, comma separated: add GG, JE, IM for the Crown dependencies."""
    limit_number_per_day: int = Field(default=10, ge=1)
    limit_block_per_hour: int = Field(default=50, ge=1)
    limit_requested_per_hour: int = Field(default=1_000, ge=1)
    limit_segments_per_hour: int = Field(default=5_000, ge=1)
    limit_turns_per_hour: int = Field(default=100, ge=1)
    """The ceilings of `messaging.limits`, which says what each is for."""
    transcript_days: int = Field(default=30, ge=1, le=365)
    """How long what was said is kept; parents are told so at first contact."""
    log_level: str = "INFO"

    @field_validator("twilio_numbers")
    @classmethod
    def _are_known(cls, value: str | None, info: ValidationInfo) -> str | None:
        sender = info.data.get("twilio_from")  # None: missing, which is told by itself
        if value is None and sender is not None and not is_e164(sender):
            raise ValueError("is needed where TWILIO_FROM is not a number")
        if value is not None and not all(is_e164(one.strip()) for one in value.split(",")):
            raise ValueError("must be numbers in the form +447…, comma separated")
        return value

    @property
    def two_way_numbers(self) -> tuple[str, ...]:
        """The numbers that parents text; the first is the one that they are told."""
        given = self.twilio_numbers or self.twilio_from
        return tuple(number.strip() for number in given.split(","))

    @property
    def limits(self) -> Limits:
        """The ceilings."""
        return Limits(
            per_number_a_day=self.limit_number_per_day,
            per_block_an_hour=self.limit_block_per_hour,
            requested_an_hour=self.limit_requested_per_hour,
            segments_an_hour=self.limit_segments_per_hour,
            turns_an_hour=self.limit_turns_per_hour,
        )

    @property
    def spool_dir(self) -> Path:
        """Where inbound texts wait while the database is away."""
        return self.var_dir / "spool"

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions as a tuple."""
        return tuple(region.strip() for region in self.accepted_regions.split(",") if region)


class WorkerSettings(MessagingSettings):
    """What the workers need besides."""

    vault_key: Key
    rasa_url: BaseUrl
    rasa_channel_token: SecretStr
    rasa_timeout_s: float = Field(default=12.0, gt=0)
    twilio_api_base_url: BaseUrl | None = None
    """Unset: Twilio's own."""
    twilio_connect_timeout_s: float = Field(default=5.0, gt=0)
    twilio_read_timeout_s: float = Field(default=10.0, gt=0)
    twilio_segments_per_s: float = Field(default=10.0, gt=0)
    """What one sender may hand to the carrier; ask Twilio for the figure of the number."""
    worker_port: int = 8084
    worker_host: str = "127.0.0.1"
    worker_threads: int = Field(default=4, ge=1)
    lease_s: float = Field(default=20.0, gt=0)
    """How long a turn may take; after that another worker takes over."""
    tick_s: float = Field(default=1.0, gt=0)
    """How often the ticker looks for work that no wake-up reached."""

    answered_languages: str = "pl,ur,pa,ro,bn,cy"
    """Languages that are answered in themselves, comma separated; one file each in
    data/languages."""

    contact_phone: str | None = None
    contact_email: str | None = None
    contact_hours: str | None = None
    safeguarding_phone: str | None = None
    safeguarding_out_of_hours_phone: str | None = None
    """The council's numbers for who is worried about a child; said beside the helplines."""
    hub_public_url: BaseUrl | None = None
    """Where parents find the hub; a person's files are looked for there."""

    @property
    def language_codes(self) -> tuple[str, ...]:
        """The languages as a tuple."""
        return tuple(code.strip() for code in self.answered_languages.split(",") if code.strip())

    @property
    def send_lease(self) -> timedelta:
        """How long a send may take; longer than it can, so that nobody takes it over halfway."""
        return timedelta(seconds=(self.twilio_connect_timeout_s + self.twilio_read_timeout_s) * 1.3)

    @property
    def contact(self) -> dict[str, str]:
        """What is configured of the helpdesk's phone, email and hours."""
        ways = {
            "phone": self.contact_phone,
            "email": self.contact_email,
            "hours": self.contact_hours,
        }
        return {way: value for way, value in ways.items() if value}

    @property
    def safeguarding(self) -> dict[str, str]:
        """What is configured of the council's numbers for who is worried about a child."""
        numbers = {
            "phone": self.safeguarding_phone,
            "out_of_hours": self.safeguarding_out_of_hours_phone,
        }
        return {when: number for when, number in numbers.items() if number}

    @property
    def status_callback_url(self) -> str:
        """Where the carrier tells what became of a text."""
        return self.public_base_url + STATUS_PATH


Settings = TypeVar("Settings", bound=BaseSettings)


def load(kind: type[Settings], **overrides: Any) -> Settings:
    """Read the settings of one process.

    Raises:
        SystemExit: some are missing or wrong; the message names every one, never a value.
    """
    try:
        return partial(kind, **overrides)()
    except ValidationError as exc:
        missing = [_name(e["loc"]) for e in exc.errors() if e["type"] == "missing"]
        wrong = [f"{_name(e['loc'])} ({e['msg']})" for e in exc.errors() if e["type"] != "missing"]
        lines = [
            *(["Missing settings: " + ", ".join(missing)] if missing else []),
            *(["Wrong settings: " + ", ".join(wrong)] if wrong else []),
        ]
        raise SystemExit("\n".join(lines)) from None


def _name(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper() if location else "HELPDESK"
