"""What the simulator needs to know, from the environment; read here and nowhere else."""

from typing import Annotated, Any

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from simulator.network.keywords import OptOut
from simulator.network.numbers import is_e164
from wire.env import MissingSettings

Port = Annotated[int, Field(ge=1, le=65535)]


def _a_number(given: str) -> str:
    if not is_e164(given):
        raise ValueError("write the number as +447700900000")
    return given


class WrongSettings(SystemExit):
    """At least one setting cannot be used; the message names each with the reason, no values."""


class Settings(BaseSettings):
    """The simulator's settings."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    twilio_account_sid: str = Field(min_length=1)
    twilio_auth_token: SecretStr
    twilio_from: Annotated[str, AfterValidator(_a_number)]
    """The two-way number, E.164."""
    twilio_code_from: str | None = None
    """Sender of codes, where it is another number or a name."""

    simulator_host: str = "127.0.0.1"
    simulator_port: Port = 8090
    simulator_smtp_port: Port = 8025
    simulator_imap_port: Port | None = None
    """Where the mailbox can be read by IMAP; unset: it cannot."""
    simulator_sms_webhook: str | None = None
    """Where inbound texts are posted, as set in Twilio's console; `#rc=2&rp=all` is honoured."""
    simulator_sms_fallback: str | None = None
    """Where they are posted when that fails."""
    simulator_opt_out: OptOut = OptOut.DEFAULT
    simulator_step_s: float = Field(default=0.05, ge=0, le=60)
    """Seconds between two statuses of a text."""
    simulator_late_s: float = Field(default=20.0, ge=0, le=36_000)
    """Seconds that a late text takes."""
    simulator_hub_invite_url: AnyHttpUrl | None = None
    """The hub's `POST /v1/invitations`, for the button; unset: the page says so."""
    hub_api_key: SecretStr | None = None
    log_level: str = "INFO"


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        MissingSettings: required ones are unset; all their names stand in the message.
        WrongSettings: some cannot be used; all are named with the reason.
    """
    given: dict[str, Any] = {}
    try:
        return Settings(**given)
    except ValidationError as exc:
        missing = [_name(error) for error in exc.errors() if error["type"] == "missing"]
        if missing:
            raise MissingSettings("Missing settings: " + ", ".join(missing)) from None
        wrong = [f"{_name(error)} ({error['msg']})" for error in exc.errors()]
        raise WrongSettings("Settings that cannot be used: " + "; ".join(wrong)) from None


def _name(error: Any) -> str:
    return str(error["loc"][0]).upper()
