"""The hub's answers, typed, and how they are read from JSON."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from clients.delivery import DeliveryReason, DeliveryState
from clients.errors import Nonsense
from clients.hub import reading
from clients.hub.words import RegistrationState

_ENDS_WITH: Final = re.compile(r"[0-9]{3}")
_SETUP_KEY: Final = re.compile(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}")


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A registration as the hub sees it."""

    registration_id: str
    state: RegistrationState
    number_ends_with: str | None
    """Last three digits of the mobile number; None while there is none."""
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class SentCode:
    """The hub has handed a security code to the messaging service."""

    challenge_id: str
    is_same: bool
    """The code of before once more, not a new one."""
    number_ends_with: str
    expires_at: datetime
    resend_after: timedelta


@dataclass(frozen=True, kw_only=True)
class CodeDelivery:
    """What became of the newest text with a security code."""

    challenge_id: str
    state: DeliveryState
    reason: DeliveryReason | None
    sent_at: datetime
    resend_after: timedelta
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ContinueLink:
    """Where a verified person chooses a password and signs in; whoever has it can do so."""

    url: str
    expires_at: datetime

    def __repr__(self) -> str:
        return "ContinueLink(***)"


@dataclass(frozen=True, kw_only=True)
class RegistrationStatus:
    """All that its owner may know of where a registration stands."""

    registration: Registration
    has_password: bool
    has_number: bool
    """The number is proved."""
    has_app: bool
    """An authenticator app is."""
    invitation_expires_at: datetime
    locked_for: timedelta | None
    """How long no code is compared; None: codes are."""
    needs_help: bool
    """Waiting does not lift the lock, only a person does."""


@dataclass(frozen=True, kw_only=True)
class AppEnrolment:
    """An authenticator app to be set up; both secrets go by way of the vault."""

    authenticator_id: str
    setup_key: str = field(repr=False)
    """Base 32 in groups of four, to be typed by hand."""
    otpauth_uri: str = field(repr=False)
    """What the QR code says, and what opens an app on the same phone."""
    expires_at: datetime


def _ends_with(document: Mapping[str, Any]) -> str:
    digits = reading.text(document, "number_ends_with")
    if not _ENDS_WITH.fullmatch(digits):
        raise Nonsense(reading.NEIGHBOUR, "number_ends_with is not three digits")
    return digits


def read_registration(document: Mapping[str, Any]) -> Registration:
    has_number = document.get("number_ends_with") is not None
    return Registration(
        registration_id=reading.text(document, "registration_id"),
        state=reading.member(RegistrationState, document, "state"),
        number_ends_with=_ends_with(document) if has_number else None,
        expires_at=reading.time(document, "expires_at"),
    )


def read_sent_code(document: Mapping[str, Any]) -> SentCode:
    sent = reading.text(document, "sent")
    if sent not in ("new", "same"):
        raise Nonsense(reading.NEIGHBOUR, "sent is neither new nor same")
    return SentCode(
        challenge_id=reading.text(document, "challenge_id"),
        is_same=sent == "same",
        number_ends_with=_ends_with(document),
        expires_at=reading.time(document, "expires_at"),
        resend_after=reading.seconds(document, "resend_after_s"),
    )


def read_code_delivery(document: Mapping[str, Any]) -> CodeDelivery:
    has_reason = document.get("reason") is not None
    return CodeDelivery(
        challenge_id=reading.text(document, "challenge_id"),
        state=reading.member(DeliveryState, document, "state"),
        reason=reading.member(DeliveryReason, document, "reason") if has_reason else None,
        sent_at=reading.time(document, "sent_at"),
        resend_after=reading.seconds(document, "resend_after_s"),
        expires_at=reading.time(document, "expires_at"),
    )


def read_continue_link(document: Mapping[str, Any]) -> ContinueLink:
    url = reading.text(document, "url")
    if urlsplit(url).scheme not in ("http", "https"):
        raise Nonsense(reading.NEIGHBOUR, "url is not a web address")
    return ContinueLink(url=url, expires_at=reading.time(document, "expires_at"))


def read_status(document: Mapping[str, Any]) -> RegistrationStatus:
    is_locked = document.get("locked_for_s") is not None
    return RegistrationStatus(
        registration=read_registration(document),
        has_password=reading.flag(document, "has_password"),
        has_number=reading.flag(document, "has_number"),
        has_app=reading.flag(document, "has_app"),
        invitation_expires_at=reading.time(document, "invitation_expires_at"),
        locked_for=reading.seconds(document, "locked_for_s") if is_locked else None,
        needs_help=reading.flag(document, "needs_help"),
    )


def read_app_enrolment(document: Mapping[str, Any]) -> AppEnrolment:
    setup_key = reading.text(document, "setup_key")
    if not _SETUP_KEY.fullmatch(setup_key):
        raise Nonsense(reading.NEIGHBOUR, "setup_key is not base 32 in groups of four")
    uri = reading.text(document, "otpauth_uri")
    if not uri.startswith("otpauth://totp/"):
        raise Nonsense(reading.NEIGHBOUR, "otpauth_uri is not of an authenticator app")
    return AppEnrolment(
        authenticator_id=reading.text(document, "authenticator_id"),
        setup_key=setup_key,
        otpauth_uri=uri,
        expires_at=reading.time(document, "expires_at"),
    )
