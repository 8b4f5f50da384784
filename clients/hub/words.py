"""The words of the contract with the hub: states, reasons, problems."""

from enum import StrEnum


class RegistrationState(StrEnum):
    """How far a registration has come."""

    NUMBER_NEEDED = "number_needed"
    CODE_NEEDED = "code_needed"
    VERIFIED = "verified"
    COMPLETE = "complete"


class NumberFault(StrEnum):
    """Why a number cannot take a security code."""

    UNREADABLE = "unreadable"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LANDLINE = "landline"
    PERSONAL = "personal"
    PREMIUM = "premium"
    PAGER = "pager"
    FOREIGN = "foreign"
    NOT_MOBILE = "not_mobile"


class CodeFault(StrEnum):
    """Why what was typed cannot be a security code; costs no try."""

    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    NOT_DIGITS = "not_digits"


class Problem(StrEnum):
    """The reasons for a refusal that the contract names."""

    INVITATION_NOT_RECOGNISED = "invitation-not-recognised"
    INVITATION_EXPIRED = "invitation-expired"
    REGISTRATION_COMPLETE = "registration-complete"
    TOO_MANY_TRIES = "too-many-tries"
    NOT_FOUND = "not-found"
    NUMBER_NOT_ACCEPTED = "number-not-accepted"
    NUMBER_ALREADY_VERIFIED = "number-already-verified"
    RESEND_TOO_SOON = "resend-too-soon"
    TOO_MANY_SENDS = "too-many-sends"
    LOCKED = "locked"
    NUMBER_NEEDED = "number-needed"
    TEXT_NOT_ACCEPTED = "text-not-accepted"
    CODE_MALFORMED = "code-malformed"
    CODE_INCORRECT = "code-incorrect"
    CODE_EXPIRED = "code-expired"
    NO_CODE_SENT = "no-code-sent"
    NUMBER_NOT_VERIFIED = "number-not-verified"
    EMAIL_NOT_ACCEPTED = "email-not-accepted"
    TOO_MANY_REQUESTS = "too-many-requests"
    ENROLMENT_OVER = "enrolment-over"
