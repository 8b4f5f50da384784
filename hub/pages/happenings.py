"""What happened to an account, in words that its owner understands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from hub.accounts.history import Happening
from hub.accounts.times import for_reading

EVENTS: Final[Mapping[str, str]] = {
    "registration.completed": "You completed your registration",
    "sign_in.finished": "Sign in",
    "session.ended_everywhere": "Browsers were signed out",
    "password.wrong": "Wrong password",
    "password.changed": "Password changed",
    "password.reset_asked": "Password reset asked for",
    "password.reset": "Password reset",
    "code.wrong": "Wrong security code",
    "app.wrong": "Wrong code of an app",
    "app.confirmed": "Authenticator app set up",
    "app.removed": "Authenticator app removed",
    "account.number_changed": "Mobile number changed",
    "account.number_removed": "Mobile number removed",
    "codes.locked": "Security codes locked after too many wrong ones",
    "recovery_codes.made": "New recovery codes",
    "recovery_code.used": "Recovery code used",
    "recovery_code.wrong": "Wrong recovery code",
    "factor_reset.asked": "Help with a lost phone asked for",
    "factor_reset.approved": "Help with a lost phone agreed",
    "factor_reset.refused": "Help with a lost phone refused",
    "factor_reset.not_needed": "Help with a lost phone no longer needed",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event, in words."""

    what: str
    when: str


def told(happenings: Iterable[Happening]) -> list[Told]:
    """Return events in words."""
    return [
        Told(what=EVENTS[happening.event], when=for_reading(happening.at))
        for happening in happenings
    ]
