"""What the council sets of its helpdesk."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from messaging.handoff.desk import Desk
from messaging.handoff.hours import Hours, read_hours
from messaging.handoff.pace import Pace

EMAIL: Final = "email"
DJANGO_HELPDESK: Final = "django-helpdesk"


def _hours(value: str) -> str:
    read_hours(value)
    return value


class HelpdeskSettings(BaseSettings):
    """Which helpdesk, when it is open, and how it is reached."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    helpdesk: Literal["none", "email", "django-helpdesk"] = "none"
    """none: the assistant names phone and email, and passes nothing on."""
    helpdesk_team: str = "the helpdesk"
    """Who the helpdesk is, as parents call it, within a sentence."""
    helpdesk_hours: Annotated[str, AfterValidator(_hours)] | None = None
    """Like `Mon-Fri 09:00-17:00; Sat 10:00-12:00`; bank holidays of England are closed."""
    helpdesk_closed_days: str | None = None
    """Days of the council's own: `2026-12-24, 2026-12-31`."""
    helpdesk_wait: str | None = None
    """What is said of the wait until 5 replies of 7 days give a median: `about 2 hours`."""
    helpdesk_holding_s: int = Field(default=300, ge=1)
    helpdesk_gives_up_s: int = Field(default=1_200, ge=1)
    helpdesk_silent_s: int = Field(default=1_800, ge=1)
    helpdesk_poll_s: float = Field(default=15.0, gt=0)

    helpdesk_mail_to: str | None = None
    """Where tickets go by email."""
    helpdesk_mail_from: str | None = None
    """Our own address: sender, and with a key in it (`name+key@domain`) where replies go."""
    helpdesk_mail_domains: str | None = None
    """Whose replies count, comma separated; unset: the domain of HELPDESK_MAIL_TO."""
    helpdesk_imap_url: SecretStr | None = None
    """`imaps://user:password@host:port/INBOX`."""
    smtp_url: SecretStr | None = None

    helpdesk_url: str | None = None
    helpdesk_token: SecretStr | None = None
    helpdesk_queue: int = Field(default=1, ge=1)
    helpdesk_webhook_key: SecretStr | None = None
    """Part of the address that a helpdesk may call when something happens; unset: none may."""

    @model_validator(mode="after")
    def _is_complete(self) -> "HelpdeskSettings":
        needed = {
            EMAIL: ("helpdesk_mail_to", "helpdesk_mail_from", "helpdesk_imap_url", "smtp_url"),
            DJANGO_HELPDESK: ("helpdesk_url", "helpdesk_token"),
        }.get(self.helpdesk, ())
        missing = [name.upper() for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"HELPDESK={self.helpdesk} needs {', '.join(missing)}")
        read_hours(self.helpdesk_hours, self.helpdesk_closed_days)
        return self

    @property
    def hours(self) -> Hours | None:
        """The opening hours; None: not set, so nothing is said of them."""
        return read_hours(self.helpdesk_hours, self.helpdesk_closed_days)

    @property
    def desk(self) -> Desk | None:
        """The helpdesk as a parent may know it; None: there is none."""
        if self.helpdesk == "none":
            return None
        return Desk(
            adapter=self.helpdesk,
            team=self.helpdesk_team,
            hours=self.hours,
            wait=self.helpdesk_wait,
        )

    @property
    def pace(self) -> Pace:
        """How long each side waits."""
        return Pace(
            holding_after=timedelta(seconds=self.helpdesk_holding_s),
            gives_up_after=timedelta(seconds=self.helpdesk_gives_up_s),
            silent_after=timedelta(seconds=self.helpdesk_silent_s),
        )
