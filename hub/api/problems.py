"""Problem documents (RFC 9457): every error of the API, with a type that stays the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, json

from hub.accounts import errors

CONTENT_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:ehc-hub:problem:"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One kind of error."""

    name: str
    status: int
    title: str
    members: Callable[[Any], Mapping[str, Any]] = lambda _: {}


def _wait(error: errors.Limited) -> Mapping[str, Any]:
    return {"retry_after_s": error.retry_after_s}


PROBLEMS: Final[Mapping[type[errors.HubError], Problem]] = {
    errors.NotFound: Problem(name="not-found", status=404, title="There is no such thing here."),
    errors.InvitationNotRecognised: Problem(
        name="invitation-not-recognised",
        status=404,
        title="The invitation code is not recognised.",
    ),
    errors.InvitationExpired: Problem(
        name="invitation-expired", status=410, title="The invitation has expired."
    ),
    errors.RegistrationComplete: Problem(
        name="registration-complete", status=409, title="The registration is complete."
    ),
    errors.EmailNotAccepted: Problem(
        name="email-not-accepted", status=422, title="This is not an email address."
    ),
    errors.NumberNotAccepted: Problem(
        name="number-not-accepted",
        status=422,
        title="This number cannot be texted.",
        members=lambda error: {"reason": error.reason},
    ),
    errors.NumberNeeded: Problem(
        name="number-needed", status=409, title="A mobile number is needed first."
    ),
    errors.NumberAlreadyVerified: Problem(
        name="number-already-verified", status=409, title="The number is verified already."
    ),
    errors.NumberNotVerified: Problem(
        name="number-not-verified", status=409, title="The number has to be verified first."
    ),
    errors.CodeMalformed: Problem(
        name="code-malformed",
        status=422,
        title="A security code has 6 digits.",
        members=lambda error: {"reason": error.fault},
    ),
    errors.CodeIncorrect: Problem(
        name="code-incorrect",
        status=422,
        title="The security code is not correct.",
        members=lambda error: {"tries_left": error.tries_left},
    ),
    errors.CodeExpired: Problem(
        name="code-expired",
        status=410,
        title="The security code has expired.",
        members=lambda error: {"new_code_sent": error.outgoing_id is not None},
    ),
    errors.CodeUsed: Problem(
        name="code-used", status=422, title="This code was used. The app soon shows the next one."
    ),
    errors.NoCodeSent: Problem(
        name="no-code-sent", status=409, title="No security code is out for this session."
    ),
    errors.TooManyTries: Problem(
        name="too-many-tries", status=429, title="Too many wrong codes.", members=_wait
    ),
    errors.TooManyRequests: Problem(
        name="too-many-requests", status=429, title="Too many emails.", members=_wait
    ),
    errors.ResendTooSoon: Problem(
        name="resend-too-soon", status=429, title="A code was sent moments ago.", members=_wait
    ),
    errors.TooManySends: Problem(
        name="too-many-sends", status=429, title="Too many codes were sent.", members=_wait
    ),
    errors.Locked: Problem(
        name="locked",
        status=423,
        title="Too many wrong security codes.",
        members=lambda error: {**_wait(error), "needs_help": error.needs_help},
    ),
    errors.TextNotAccepted: Problem(
        name="text-not-accepted", status=503, title="The text could not be handed over."
    ),
    errors.PasswordRefused: Problem(
        name="password-refused",
        status=422,
        title="This password cannot be chosen.",
        members=lambda error: {"reason": error.fault},
    ),
    errors.PasswordNeeded: Problem(
        name="password-needed", status=409, title="A password has to be chosen first."
    ),
    errors.SignInRejected: Problem(
        name="sign-in-rejected", status=422, title="The address or the password is not right."
    ),
    errors.SignInOver: Problem(
        name="sign-in-over", status=410, title="The sign-in has to begin again."
    ),
    errors.SignInNeeded: Problem(
        name="sign-in-needed", status=403, title="Both factors have to be given again first."
    ),
    errors.FactorNotSet: Problem(
        name="factor-not-set", status=409, title="The account does not have this second factor."
    ),
    errors.LastFactor: Problem(
        name="last-factor", status=409, title="The only second factor cannot be taken away."
    ),
    errors.EnrolmentOver: Problem(
        name="enrolment-over", status=409, title="No app waits for its first code."
    ),
    errors.NumberNotShown: Problem(
        name="number-not-shown",
        status=409,
        title="This officer has to be shown the number on file first.",
    ),
    errors.CallBackNeeded: Problem(
        name="call-back-needed", status=409, title="The person has to be called back first."
    ),
    errors.SecondOfficerNeeded: Problem(
        name="second-officer-needed", status=409, title="Another officer has to approve."
    ),
    errors.ImportRejected: Problem(
        name="import-rejected",
        status=422,
        title="The list of addresses cannot be read.",
        members=lambda error: {"reason": error.reason},
    ),
    errors.LinkRejected: Problem(
        name="link-rejected", status=404, title="This link does not work, or no longer."
    ),
}

UNAUTHORISED: Final = Problem(name="unauthorised", status=401, title="A valid API key is needed.")
MALFORMED: Final = Problem(
    name="malformed-request", status=400, title="The request is not of the agreed form."
)
KEY_NEEDED: Final = Problem(
    name="idempotency-key-needed", status=400, title="Every write needs an Idempotency-Key."
)
KEY_REUSED: Final = Problem(
    name="idempotency-key-reused",
    status=422,
    title="This Idempotency-Key was used for another request.",
)
UNAVAILABLE: Final = Problem(name="unavailable", status=503, title="The hub cannot work just now.")
INTERNAL: Final = Problem(name="internal", status=500, title="Something went wrong in the hub.")
HTTP_ERRORS: Final[Mapping[int, Problem]] = {
    404: PROBLEMS[errors.NotFound],
    405: Problem(name="method-not-allowed", status=405, title="Not with this method."),
    413: Problem(name="too-large", status=413, title="The request is too large."),
    415: Problem(name="not-json", status=415, title="The body has to be JSON."),
}


def document(problem: Problem, **members: Any) -> dict[str, Any]:
    """Return a problem as a document."""
    return {
        "type": TYPE_PREFIX + problem.name,
        "title": problem.title,
        "status": problem.status,
        **members,
    }


def document_of(error: errors.HubError) -> dict[str, Any]:
    """Return what a use case's error is told as."""
    problem = PROBLEMS[type(error)]
    return document(problem, **problem.members(error))


def respond(body: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem document as a response."""
    response = Response(json.dumps(body), status=body["status"], content_type=CONTENT_TYPE)
    if "retry_after_s" in body:
        response.headers["Retry-After"] = str(body["retry_after_s"])
    response.headers.update(headers or {})
    return response
