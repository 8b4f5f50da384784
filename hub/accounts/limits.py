"""Every number of the hub's rules, with its unit and where it comes from.

Settings of the same names (`HUB_LIMITS__CODE_LIFETIME=PT10M`) change them; a window of time
counts what is younger than itself, and a span is over at its last instant.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]


class Limits(BaseModel):
    """The limits of codes, sends, invitations, passwords and sessions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Security codes
    code_lifetime: timedelta = timedelta(minutes=10)  # NIST SP 800-63B-4 3.1.3; ASVS 5.0 6.5.5
    code_explained_after_expiry: timedelta = timedelta(hours=2)  # GOV.UK "Confirm a phone number"
    same_code_if_left: timedelta = timedelta(seconds=120)
    resend_cooldowns: tuple[timedelta, ...] = tuple(
        timedelta(seconds=seconds) for seconds in (30, 40, 60, 90)
    )

    # Sends
    sends_per_account: Count = 5
    sends_per_account_window: timedelta = timedelta(minutes=15)
    sends_per_number: Count = 10
    sends_per_number_window: timedelta = timedelta(hours=24)
    sends_per_session: Count = 20
    sends_per_session_window: timedelta = timedelta(hours=1)
    sends_ceiling: Count = 1000
    sends_ceiling_window: timedelta = timedelta(hours=1)
    ceiling_alarm_share: float = Field(default=0.5, gt=0, le=1)

    # Codes verified of codes sent: far fewer than usual means texts sent for money
    conversion_of_last: Count = 50
    conversion_alarm_below: float = Field(default=0.4, ge=0, le=1)
    conversion_settles_after: timedelta = timedelta(seconds=30)
    """Younger codes may still be on their way to being typed."""

    # Wrong codes
    wrong_codes: Count = 5
    wrong_codes_window: timedelta = timedelta(minutes=15)
    first_lock: timedelta = timedelta(minutes=15)
    second_lock: timedelta = timedelta(hours=2)
    second_lock_within: timedelta = timedelta(hours=24)
    wrong_codes_per_day: Count = 20
    wrong_codes_day: timedelta = timedelta(hours=24)
    wrong_codes_in_a_row: Count = 100  # NIST SP 800-63B-4 3.2.2

    # Invitations
    invitation_lifetime: timedelta = Field(
        default=timedelta(hours=72), gt=timedelta(0), le=timedelta(days=7)
    )
    invitations_per_address: Count = 3
    invitations_per_address_window: timedelta = timedelta(hours=24)
    invitation_code_tries: Count = 5
    invitation_code_tries_window: timedelta = timedelta(minutes=15)
    invitation_code_tries_per_day: Count = 20
    invitation_code_tries_day: timedelta = timedelta(hours=24)
    invitation_code_ceiling: Count = 1000
    invitation_code_ceiling_window: timedelta = timedelta(hours=1)

    # Registrations: a step's state is kept for as long as a chat session lasts
    registration_lifetime: timedelta = timedelta(hours=24)
    continue_link_lifetime: timedelta = timedelta(hours=24)

    # Password and its reset
    password_min_length: Count = 10  # ICO, "Passwords in online services"
    password_max_length: Count = 128
    password_min_score: int = Field(default=3, ge=0, le=4)  # zxcvbn's own scale
    password_tries: Count = 10  # Cyber Essentials: no more than 10
    password_tries_window: timedelta = timedelta(minutes=15)
    password_lock: timedelta = timedelta(minutes=15)
    sign_ins_per_ip: Count = 30
    sign_ins_per_ip_window: timedelta = timedelta(minutes=1)
    reset_link_lifetime: timedelta = timedelta(minutes=30)
    resets_per_address: Count = 5
    resets_per_address_window: timedelta = timedelta(hours=1)

    # Mails that anyone may ask for: an invitation, a reset, help with a lost factor
    mail_requests_per_visitor: Count = 20
    mail_requests_per_visitor_window: timedelta = timedelta(minutes=1)
    mail_requests_ceiling: Count = 3000
    """Of each kind, over everyone: more than one visitor can ask for in an hour."""
    mail_requests_ceiling_window: timedelta = timedelta(hours=1)

    # Between the password and the second factor
    sign_in_lifetime: timedelta = timedelta(minutes=15)  # as django-allauth

    # Authenticator app (RFC 6238, whose digits and step are fixed by what every app supports)
    authenticator_setup: timedelta = timedelta(hours=1)
    """Long enough to find and install an app first."""
    authenticator_drift_steps: int = Field(default=1, ge=0, le=2)

    # Recovery codes
    recovery_codes: Count = 10
    recovery_codes_low: int = Field(default=2, ge=0)
    """From so few on, the person is told to make new ones."""

    # A lost second factor
    factor_resets_per_address: Count = 3
    factor_resets_per_address_window: timedelta = timedelta(hours=24)
    factor_reset_hold: timedelta = timedelta(hours=24)  # OWASP, Multifactor Authentication

    # Argon2id, OWASP Password Storage cheat sheet
    argon2_memory_kib: Count = 19456
    argon2_passes: Count = 2
    argon2_lanes: Count = 1

    # Sessions
    session_idle: timedelta = timedelta(minutes=30)
    session_absolute: timedelta = timedelta(hours=12)
    reauthentication: timedelta = timedelta(minutes=5)

    # How long things are kept
    keep_counters: timedelta = Field(default=timedelta(hours=24), ge=timedelta(hours=24))
    """Challenges and counters; no shorter than the longest window that is counted over."""
    keep_invitations: timedelta = timedelta(days=30)
    keep_audit: timedelta = timedelta(days=396)  # thirteen months
    retention_every: timedelta = timedelta(hours=1)
