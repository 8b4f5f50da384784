"""What the hub may refuse, call by call, and the error that says so."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from clients.errors import Refused
from clients.hub import reading
from clients.hub.words import CodeFault, NumberFault, Problem


class Call(StrEnum):
    """The calls of the contract; each may be refused for the reasons in `REFUSALS` alone."""

    BEGIN_REGISTRATION = "begin_registration"
    REGISTRATION_OF = "registration_of"
    REGISTRATION = "registration"
    LET_GO = "let_go"
    SET_NUMBER = "set_number"
    SEND_CODE = "send_code"
    CHECK_CODE = "check_code"
    LATEST_CODE = "latest_code"
    CONTINUE_LINK = "continue_link"
    STATUS = "status"
    ENROL_APP = "enrol_app"
    CHECK_APP_CODE = "check_app_code"
    ASK_FOR_INVITATION = "ask_for_invitation"
    ASK_FOR_PASSWORD_RESET = "ask_for_password_reset"  # noqa: S105 - the name of a call
    ASK_FOR_FACTOR_HELP = "ask_for_factor_help"


_BY_ADDRESS: Final = frozenset({Problem.EMAIL_NOT_ACCEPTED, Problem.TOO_MANY_REQUESTS})

REFUSALS: Final[Mapping[Call, frozenset[Problem]]] = {
    Call.BEGIN_REGISTRATION: frozenset(
        {
            Problem.INVITATION_NOT_RECOGNISED,
            Problem.INVITATION_EXPIRED,
            Problem.REGISTRATION_COMPLETE,
            Problem.TOO_MANY_TRIES,
        }
    ),
    Call.REGISTRATION_OF: frozenset(),
    Call.REGISTRATION: frozenset({Problem.NOT_FOUND}),
    Call.LET_GO: frozenset({Problem.NOT_FOUND}),
    Call.SET_NUMBER: frozenset(
        {Problem.NUMBER_NOT_ACCEPTED, Problem.NUMBER_ALREADY_VERIFIED, Problem.NOT_FOUND}
    ),
    Call.SEND_CODE: frozenset(
        {
            Problem.RESEND_TOO_SOON,
            Problem.TOO_MANY_SENDS,
            Problem.LOCKED,
            Problem.NUMBER_NEEDED,
            Problem.TEXT_NOT_ACCEPTED,
            Problem.NUMBER_ALREADY_VERIFIED,
            Problem.NOT_FOUND,
        }
    ),
    Call.CHECK_CODE: frozenset(
        {
            Problem.CODE_MALFORMED,
            Problem.CODE_INCORRECT,
            Problem.CODE_EXPIRED,
            Problem.LOCKED,
            Problem.NO_CODE_SENT,
            Problem.NUMBER_ALREADY_VERIFIED,
            Problem.NOT_FOUND,
        }
    ),
    Call.LATEST_CODE: frozenset({Problem.NOT_FOUND, Problem.TEXT_NOT_ACCEPTED}),
    Call.CONTINUE_LINK: frozenset(
        {Problem.NUMBER_NOT_VERIFIED, Problem.REGISTRATION_COMPLETE, Problem.NOT_FOUND}
    ),
    Call.STATUS: frozenset({Problem.NOT_FOUND}),
    Call.ENROL_APP: frozenset({Problem.REGISTRATION_COMPLETE, Problem.NOT_FOUND}),
    Call.CHECK_APP_CODE: frozenset(
        {
            Problem.CODE_MALFORMED,
            Problem.CODE_INCORRECT,
            Problem.LOCKED,
            Problem.ENROLMENT_OVER,
            Problem.REGISTRATION_COMPLETE,
            Problem.NOT_FOUND,
        }
    ),
    Call.ASK_FOR_INVITATION: _BY_ADDRESS,
    Call.ASK_FOR_PASSWORD_RESET: _BY_ADDRESS,
    Call.ASK_FOR_FACTOR_HELP: _BY_ADDRESS,
}


class HubRefused(Refused):
    """The hub said no, for one of the reasons that the contract names."""

    problem: Problem

    def __init__(self, *, status: int, problem: Problem, details: Mapping[str, Any]) -> None:
        """Read the particulars that this problem must bring.

        Raises:
            Nonsense: one is missing or of the wrong type.
        """
        super().__init__(reading.NEIGHBOUR, status=status, problem=problem, details=details)
        read = _PARTICULARS.get(problem)
        if read is not None:
            read(self)

    @property
    def retry_after(self) -> timedelta:
        """How long to wait: with `locked` and everything of which there was too much."""
        return reading.seconds(self.details, "retry_after_s")

    @property
    def number_fault(self) -> NumberFault:
        """What is wrong with the number: with `number-not-accepted`."""
        return reading.member(NumberFault, self.details, "reason")

    @property
    def code_fault(self) -> CodeFault:
        """What is wrong with the typed code: with `code-malformed`."""
        return reading.member(CodeFault, self.details, "reason")

    @property
    def needs_help(self) -> bool:
        """Whether waiting does not help, only a person does: may come with `locked`."""
        return self.details.get("needs_help") is True

    @property
    def tries_left(self) -> int:
        """How many wrong codes are left before a lock: with `code-incorrect`."""
        return reading.count(self.details, "tries_left")

    @property
    def new_code_sent(self) -> bool:
        """Whether another code is on its way: with `code-expired`."""
        return reading.flag(self.details, "new_code_sent")


_PARTICULARS: Final[Mapping[Problem, Callable[[HubRefused], object]]] = {
    Problem.TOO_MANY_TRIES: lambda refusal: refusal.retry_after,
    Problem.RESEND_TOO_SOON: lambda refusal: refusal.retry_after,
    Problem.TOO_MANY_SENDS: lambda refusal: refusal.retry_after,
    Problem.TOO_MANY_REQUESTS: lambda refusal: refusal.retry_after,
    Problem.LOCKED: lambda refusal: refusal.retry_after,
    Problem.NUMBER_NOT_ACCEPTED: lambda refusal: refusal.number_fault,
    Problem.CODE_MALFORMED: lambda refusal: refusal.code_fault,
    Problem.CODE_INCORRECT: lambda refusal: refusal.tries_left,
    Problem.CODE_EXPIRED: lambda refusal: refusal.new_code_sent,
}
