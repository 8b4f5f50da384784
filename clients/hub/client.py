"""The hub's API over HTTP."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import httpx

from clients.errors import Nonsense, Refused, Unreachable
from clients.hub import reading
from clients.hub.answers import (
    CodeDelivery,
    ContinueLink,
    Enrolment,
    Registration,
    RegistrationStatus,
    SentCode,
    read_code_delivery,
    read_continue_link,
    read_enrolment,
    read_registration,
    read_sent_code,
    read_status,
)
from clients.hub.refusals import REFUSALS, Call, HubRefused
from clients.hub.words import Problem, RegistrationState
from wire.names import IDEMPOTENCY_KEY
from wire.signing import bearer

CONNECT_TIMEOUT_S: Final = 2.0
READ_TIMEOUT_S: Final = 5.0
TOTAL_TIMEOUT_S: Final = 5.8
"""All of one call; a person is waiting, and the assistant's own deadline is later than this."""

_PROBLEM_PREFIX: Final = "urn:ehc-hub:problem:"


class HubClient:
    """The hub's API over HTTP; one kept-alive connection pool, safe to share between turns."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        """Open nothing yet; `transport` is for tests."""
        self._total_timeout_s = total_timeout_s
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": bearer(api_key)},
            timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            transport=transport,
            trust_env=False,
        )

    async def aclose(self) -> None:
        """Close the kept-alive connections."""
        await self._http.aclose()

    async def begin_registration(
        self, invitation_code: str, *, conversation_id: str, key: str
    ) -> Registration:
        """Take up the invitation with this code."""
        answer = await self._write(
            Call.BEGIN_REGISTRATION,
            "POST",
            "/v1/registrations",
            key,
            {"invitation_code": invitation_code, "conversation_id": conversation_id},
            expected=201,
        )
        return read_registration(answer)

    async def registration_of(self, conversation_id: str) -> Registration | None:
        """Return the newest registration that this conversation has begun."""
        answer = await self._call(
            Call.REGISTRATION_OF,
            "GET",
            "/v1/registrations",
            params={"conversation_id": conversation_id},
        )
        if "registration" not in answer:
            raise Nonsense(reading.NEIGHBOUR, "registration is missing")
        found = answer["registration"]
        return None if found is None else read_registration(reading.document(found))

    async def registration(self, registration_id: str) -> Registration:
        """Return one registration as it is now."""
        return read_registration(await self._call(Call.REGISTRATION, "GET", _path(registration_id)))

    async def let_go(self, registration_id: str, *, key: str) -> None:
        """Part the registration from its conversation; the invitation stays good."""
        await self._write(Call.LET_GO, "DELETE", _path(registration_id), key, expected=204)

    async def set_number(self, registration_id: str, number: str, *, key: str) -> Registration:
        """Give the mobile number, as it was typed, in the place of an unverified one."""
        path = _path(registration_id, "/number")
        return read_registration(
            await self._write(Call.SET_NUMBER, "PUT", path, key, {"number": number})
        )

    async def send_code(self, registration_id: str, *, key: str) -> SentCode:
        """Have a security code texted to the number, or the same one again."""
        path = _path(registration_id, "/security-codes")
        return read_sent_code(
            await self._write(Call.SEND_CODE, "POST", path, key, {}, expected=202)
        )

    async def check_code(self, registration_id: str, code: str, *, key: str) -> Registration:
        """Have a typed code checked; returns the registration, now verified."""
        path = _path(registration_id, "/security-codes/check")
        return _verified(await self._write(Call.CHECK_CODE, "POST", path, key, {"code": code}))

    async def latest_code(self, registration_id: str) -> CodeDelivery:
        """Tell what became of the newest text with a code."""
        path = _path(registration_id, "/security-codes/latest")
        return read_code_delivery(await self._call(Call.LATEST_CODE, "GET", path))

    async def continue_link(self, registration_id: str, *, key: str) -> ContinueLink:
        """Return a new link for choosing a password."""
        path = _path(registration_id, "/continue-links")
        return read_continue_link(
            await self._write(Call.CONTINUE_LINK, "POST", path, key, {}, expected=201)
        )

    async def registration_status(self, registration_id: str) -> RegistrationStatus:
        """Return where a registration stands, its locks with it."""
        path = _path(registration_id, "/status")
        return read_status(await self._call(Call.REGISTRATION_STATUS, "GET", path))

    async def enrol_authenticator(self, registration_id: str, *, key: str) -> Enrolment:
        """Begin to set up an authenticator app; asked again within the hour, the same one."""
        path = _path(registration_id, "/authenticators")
        return read_enrolment(
            await self._write(Call.ENROL_AUTHENTICATOR, "POST", path, key, {}, expected=201)
        )

    async def confirm_authenticator(
        self, registration_id: str, code: str, *, key: str
    ) -> Registration:
        """Have the app's first code checked; returns the registration, now verified."""
        path = _path(registration_id, "/authenticators/check")
        return _verified(
            await self._write(Call.CONFIRM_AUTHENTICATOR, "POST", path, key, {"code": code})
        )

    async def ask_for_invitation(self, email: str, *, key: str) -> None:
        """Ask for a new invitation; taken alike whether or not the address is known."""
        await self._ask(Call.ASK_FOR_INVITATION, "/v1/invitation-requests", email, key)

    async def ask_for_password_reset(self, email: str, *, key: str) -> None:
        """Ask for a reset link; taken alike whether or not the address is known."""
        await self._ask(Call.ASK_FOR_PASSWORD_RESET, "/v1/password-reset-requests", email, key)

    async def ask_for_factor_help(self, email: str, *, key: str) -> None:
        """Ask the helpdesk to call back; taken alike whether or not the address is known."""
        await self._ask(Call.ASK_FOR_FACTOR_HELP, "/v1/factor-help-requests", email, key)

    async def _ask(self, call: Call, path: str, email: str, key: str) -> None:
        """Have a request by an address written down; only the status says that it was."""
        answer = await self._write(call, "POST", path, key, {"email": email}, expected=202)
        if answer:
            raise Nonsense(reading.NEIGHBOUR, "a request by address was answered with facts")

    async def ping(self) -> None:
        """Return if the hub answers at all."""
        response = await self._send("GET", "/healthz")
        if response.status_code != httpx.codes.OK:
            raise Unreachable(reading.NEIGHBOUR, f"answered {response.status_code}")

    async def _write(
        self,
        call: Call,
        method: str,
        path: str,
        key: str,
        body: Mapping[str, Any] | None = None,
        *,
        expected: int = 200,
    ) -> Mapping[str, Any]:
        return await self._call(
            call, method, path, expected=expected, json=body, headers={IDEMPOTENCY_KEY: key}
        )

    async def _call(
        self, call: Call, method: str, path: str, *, expected: int = 200, **request: Any
    ) -> Mapping[str, Any]:
        response = await self._send(method, path, **request)
        if response.status_code == expected:
            return {} if expected == httpx.codes.NO_CONTENT else _json(response)
        raise _refusal(call, response)

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            async with asyncio.timeout(self._total_timeout_s):
                return await self._http.request(method, path, **request)
        except (TimeoutError, httpx.TimeoutException) as exc:
            raise Unreachable(reading.NEIGHBOUR, "no answer in time") from exc
        except httpx.DecodingError as exc:
            raise Nonsense(reading.NEIGHBOUR, "unreadable body") from exc
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as exc:
            raise Unreachable(reading.NEIGHBOUR, type(exc).__name__) from exc


def _path(registration_id: str, rest: str = "") -> str:
    return f"/v1/registrations/{quote(registration_id, safe='')}{rest}"


def _verified(document: Mapping[str, Any]) -> Registration:
    checked = read_registration(document)
    if checked.state not in (RegistrationState.VERIFIED, RegistrationState.COMPLETE):
        raise Nonsense(reading.NEIGHBOUR, "a checked registration is not verified")
    return checked


def _json(response: httpx.Response) -> Mapping[str, Any]:
    try:
        return reading.document(response.json())
    except (ValueError, RecursionError) as exc:
        raise Nonsense(reading.NEIGHBOUR, "not JSON") from exc


def _refusal(call: Call, response: httpx.Response) -> Exception:
    """Return the error for an answer that is not the expected one."""
    status = response.status_code
    problem = _named_problem(response)
    if problem is not None and problem in REFUSALS[call]:
        return HubRefused(status=status, problem=problem, details=_json(response))
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Unreachable(reading.NEIGHBOUR, f"answered {status}")
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Refused(reading.NEIGHBOUR, status=status)
    return Nonsense(reading.NEIGHBOUR, f"{call} answered {status} against the contract")


def _named_problem(response: httpx.Response) -> Problem | None:
    try:
        name = reading.text(_json(response), "type")
        return Problem(name.removeprefix(_PROBLEM_PREFIX))
    except (Nonsense, ValueError):
        return None
