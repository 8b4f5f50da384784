"""How the fake hub refuses, and which numbers it takes for what."""

import re
from collections.abc import Mapping
from typing import Any

from clients.hub import HubRefused, Problem

_STATUS = {
    Problem.INVITATION_NOT_RECOGNISED: 404,
    Problem.INVITATION_EXPIRED: 410,
    Problem.REGISTRATION_COMPLETE: 409,
    Problem.TOO_MANY_TRIES: 429,
    Problem.NOT_FOUND: 404,
    Problem.NUMBER_NOT_ACCEPTED: 422,
    Problem.NUMBER_ALREADY_VERIFIED: 409,
    Problem.RESEND_TOO_SOON: 429,
    Problem.TOO_MANY_SENDS: 429,
    Problem.LOCKED: 423,
    Problem.NUMBER_NEEDED: 409,
    Problem.TEXT_NOT_ACCEPTED: 503,
    Problem.CODE_MALFORMED: 422,
    Problem.CODE_INCORRECT: 422,
    Problem.CODE_EXPIRED: 410,
    Problem.NO_CODE_SENT: 409,
    Problem.NUMBER_NOT_VERIFIED: 409,
    Problem.EMAIL_NOT_ACCEPTED: 422,
    Problem.TOO_MANY_REQUESTS: 429,
    Problem.ENROLMENT_OVER: 409,
}


def refused(problem: Problem, **details: Any) -> HubRefused:
    """Return the refusal as the client would raise it."""
    return HubRefused(status=_STATUS[problem], problem=problem, details=details)


_FAULTS: Mapping[str, str] = {
    r"(?!.*\d).*": "unreadable",
    r"070\d*": "personal",
    r"076(?!24)\d*": "pager",
    r"09\d*": "premium",
    r"0[12]\d*": "landline",
    r"03\d*": "not_mobile",
    r"\+(?!44).*": "foreign",
    r"07\d{0,8}": "too_short",
    r"07\d{10,}": "too_long",
}


def number_fault(number: str) -> str | None:
    """Return what is wrong with a number, in the words of the contract."""
    plain = re.sub(r"[^\d+]", "", number)
    plain = re.sub(r"^(\+44|0044)", "0", plain)
    return next((fault for form, fault in _FAULTS.items() if re.fullmatch(form, plain)), None)
