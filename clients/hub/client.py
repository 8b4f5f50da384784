"""The hub's API over HTTP."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from clients.errors import Nonsense, Unreachable
from clients.hub import reading
from clients.hub.answers import (
    AppEnrolment,
    CodeDelivery,
    ContinueLink,
    Registration,
    RegistrationStatus,
    SentCode,
    read_app_enrolment,
    read_code_delivery,
    read_continue_link,
    read_registration,
    read_sent_code,
    read_status,
)
from clients.hub.refusals import Call
from clients.hub.transport import TOTAL_TIMEOUT_S, Transport
from clients.hub.words import RegistrationState


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
        self._transport = Transport(
            base_url, api_key, transport=transport, total_timeout_s=total_timeout_s
        )

    async def aclose(self) -> None:
        """Close the kept-alive connections."""
        await self._transport.aclose()

    async def begin_registration(
        self, invitation_code: str, *, conversation_id: str, key: str
    ) -> Registration:
        """Take up the invitation with this code."""
        answer = await self._transport.write(
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
        answer = await self._transport.read(
            Call.REGISTRATION_OF,
            "/v1/registrations",
            params={"conversation_id": conversation_id},
        )
        if "registration" not in answer:
            raise Nonsense(reading.NEIGHBOUR, "registration is missing")
        found = answer["registration"]
        return None if found is None else read_registration(reading.document(found))

    async def registration(self, registration_id: str) -> Registration:
        """Return one registration as it is now."""
        return read_registration(
            await self._transport.read(Call.REGISTRATION, _path(registration_id))
        )

    async def let_go(self, registration_id: str, *, key: str) -> None:
        """Part the registration from its conversation; the invitation stays good."""
        await self._transport.write(
            Call.LET_GO, "DELETE", _path(registration_id), key, expected=204
        )

    async def set_number(self, registration_id: str, number: str, *, key: str) -> Registration:
        """Give the mobile number, as it was typed, in the place of an unverified one."""
        path = _path(registration_id, "/number")
        return read_registration(
            await self._transport.write(Call.SET_NUMBER, "PUT", path, key, {"number": number})
        )

    async def send_code(self, registration_id: str, *, key: str) -> SentCode:
        """Have a security code texted to the number, or the same one again."""
        path = _path(registration_id, "/security-codes")
        return read_sent_code(
            await self._transport.write(Call.SEND_CODE, "POST", path, key, {}, expected=202)
        )

    async def check_code(self, registration_id: str, code: str, *, key: str) -> Registration:
        """Have a typed code checked; returns the registration, now verified."""
        path = _path(registration_id, "/security-codes/check")
        return _verified(
            await self._transport.write(Call.CHECK_CODE, "POST", path, key, {"code": code})
        )

    async def latest_code(self, registration_id: str) -> CodeDelivery:
        """Tell what became of the newest text with a code."""
        path = _path(registration_id, "/security-codes/latest")
        return read_code_delivery(await self._transport.read(Call.LATEST_CODE, path))

    async def continue_link(self, registration_id: str, *, key: str) -> ContinueLink:
        """Return a new link for choosing a password."""
        path = _path(registration_id, "/continue-links")
        return read_continue_link(
            await self._transport.write(Call.CONTINUE_LINK, "POST", path, key, {}, expected=201)
        )

    async def status(self, registration_id: str) -> RegistrationStatus:
        """Return all that its owner may know of where a registration stands."""
        path = _path(registration_id, "/status")
        return read_status(await self._transport.read(Call.STATUS, path))

    async def enrol_app(self, registration_id: str, *, key: str) -> AppEnrolment:
        """Begin to set an authenticator app up; asked again within the hour, the same one."""
        path = _path(registration_id, "/authenticators")
        return read_app_enrolment(
            await self._transport.write(Call.ENROL_APP, "POST", path, key, {}, expected=201)
        )

    async def check_app_code(self, registration_id: str, code: str, *, key: str) -> Registration:
        """Have the app's first code checked; returns the registration, now verified."""
        path = _path(registration_id, "/authenticators/check")
        return _verified(
            await self._transport.write(Call.CHECK_APP_CODE, "POST", path, key, {"code": code})
        )

    async def ask_for_invitation(self, email: str, *, key: str) -> None:
        """Ask for a new invitation; the answer is the same whether or not one was open."""
        await self._ask(Call.ASK_FOR_INVITATION, "/v1/invitation-requests", email, key)

    async def ask_for_password_reset(self, email: str, *, key: str) -> None:
        """Ask for a link to reset a password; the same answer whether or not anyone has one."""
        await self._ask(Call.ASK_FOR_PASSWORD_RESET, "/v1/password-reset-requests", email, key)

    async def ask_for_factor_help(self, email: str, *, key: str) -> None:
        """Ask the helpdesk to call back: every second factor is lost. The same answer always."""
        await self._ask(Call.ASK_FOR_FACTOR_HELP, "/v1/factor-help-requests", email, key)

    async def ping(self) -> None:
        """Return if the hub answers at all."""
        response = await self._transport.send("GET", "/healthz")
        if response.status_code != httpx.codes.OK:
            raise Unreachable(reading.NEIGHBOUR, f"answered {response.status_code}")

    async def _ask(self, call: Call, path: str, email: str, key: str) -> None:
        await self._transport.write(call, "POST", path, key, {"email": email}, expected=202)


def _path(registration_id: str, rest: str = "") -> str:
    return f"/v1/registrations/{quote(registration_id, safe='')}{rest}"


def _verified(document: Mapping[str, Any]) -> Registration:
    """Read the answer to a right code; one that is not verified cannot be believed."""
    checked = read_registration(document)
    if checked.state not in (RegistrationState.VERIFIED, RegistrationState.COMPLETE):
        raise Nonsense(reading.NEIGHBOUR, "a checked registration is not verified")
    return checked
