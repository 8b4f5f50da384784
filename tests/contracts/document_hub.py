"""A second client of the hub's API, written from `hub/openapi.yaml` alone.

It shares no line with `clients.hub` but the types that the contract suite compares, and is there
to show that the document is enough to write one.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from clients.hub import (
    AppEnrolment,
    CodeDelivery,
    ContinueLink,
    DeliveryReason,
    DeliveryState,
    HubRefused,
    Problem,
    Registration,
    RegistrationState,
    RegistrationStatus,
    SentCode,
)
from tests.contracts.document import DocumentClient

_TYPE: Final = "urn:ehc-hub:problem:"


class DocumentHub:
    """Offers what `clients.hub.Hub` offers."""

    def __init__(self, url: str, key: str) -> None:
        """Open nothing yet."""
        self._call = DocumentClient(url, key)

    async def aclose(self) -> None:
        """Close the kept-alive connections."""
        await self._call.aclose()

    async def _done(self, operation_id: str, body: Any = None, **more: Any) -> Any:
        status, document = await self._call(operation_id, body, **more)
        if status >= 400:
            problem = Problem(document["type"].removeprefix(_TYPE))
            raise HubRefused(status=status, problem=problem, details=document)
        return document

    async def begin_registration(
        self, invitation_code: str, *, conversation_id: str, key: str
    ) -> Registration:
        """Take up the invitation with this code."""
        body = {"invitation_code": invitation_code, "conversation_id": conversation_id}
        return _registration(await self._done("beginRegistration", body, key=key))

    async def registration_of(self, conversation_id: str) -> Registration | None:
        """Return the newest registration that this conversation has begun."""
        found = await self._done("newestRegistration", query={"conversation_id": conversation_id})
        shown = found["registration"]
        return None if shown is None else _registration(shown)

    async def registration(self, registration_id: str) -> Registration:
        """Return one registration as it is now."""
        return _registration(await self._done("showRegistration", registration_id=registration_id))

    async def let_go(self, registration_id: str, *, key: str) -> None:
        """Part the registration from its conversation."""
        await self._done("letGoOfRegistration", key=key, registration_id=registration_id)

    async def set_number(self, registration_id: str, number: str, *, key: str) -> Registration:
        """Give the mobile number."""
        done = await self._done(
            "giveNumber", {"number": number}, key=key, registration_id=registration_id
        )
        return _registration(done)

    async def send_code(self, registration_id: str, *, key: str) -> SentCode:
        """Have a security code texted."""
        done = await self._done("sendSecurityCode", {}, key=key, registration_id=registration_id)
        return SentCode(
            challenge_id=done["challenge_id"],
            is_same=done["sent"] == "same",
            number_ends_with=done["number_ends_with"],
            expires_at=_time(done["expires_at"]),
            resend_after=timedelta(seconds=done["resend_after_s"]),
        )

    async def check_code(self, registration_id: str, code: str, *, key: str) -> Registration:
        """Have a typed code checked."""
        body = {"code": code}
        return _registration(
            await self._done("checkSecurityCode", body, key=key, registration_id=registration_id)
        )

    async def latest_code(self, registration_id: str) -> CodeDelivery:
        """Tell what became of the newest text with a code."""
        told = await self._done("latestSecurityCode", registration_id=registration_id)
        return CodeDelivery(
            challenge_id=told["challenge_id"],
            state=DeliveryState(told["state"]),
            reason=None if told["reason"] is None else DeliveryReason(told["reason"]),
            sent_at=_time(told["sent_at"]),
            resend_after=timedelta(seconds=told["resend_after_s"]),
            expires_at=_time(told["expires_at"]),
        )

    async def continue_link(self, registration_id: str, *, key: str) -> ContinueLink:
        """Return a new link for choosing a password."""
        made = await self._done("makeContinueLink", {}, key=key, registration_id=registration_id)
        return ContinueLink(url=made["url"], expires_at=_time(made["expires_at"]))

    async def status(self, registration_id: str) -> RegistrationStatus:
        """Return all that its owner may know."""
        told = await self._done("registrationStatus", registration_id=registration_id)
        wait = told["locked_for_s"]
        return RegistrationStatus(
            registration=_registration(told),
            has_password=told["has_password"],
            has_number=told["has_number"],
            has_app=told["has_app"],
            invitation_expires_at=_time(told["invitation_expires_at"]),
            locked_for=None if wait is None else timedelta(seconds=wait),
            needs_help=told["needs_help"],
        )

    async def enrol_app(self, registration_id: str, *, key: str) -> AppEnrolment:
        """Begin to set an authenticator app up."""
        made = await self._done("enrolAuthenticator", {}, key=key, registration_id=registration_id)
        return AppEnrolment(**{**made, "expires_at": _time(made["expires_at"])})

    async def check_app_code(self, registration_id: str, code: str, *, key: str) -> Registration:
        """Have the app's first code checked."""
        body = {"code": code}
        return _registration(
            await self._done("confirmAuthenticator", body, key=key, registration_id=registration_id)
        )

    async def ask_for_invitation(self, email: str, *, key: str) -> None:
        """Ask for a new invitation."""
        await self._done("askForInvitation", {"email": email}, key=key)

    async def ask_for_password_reset(self, email: str, *, key: str) -> None:
        """Ask for a link to reset a password."""
        await self._done("askForPasswordReset", {"email": email}, key=key)

    async def ask_for_factor_help(self, email: str, *, key: str) -> None:
        """Ask the helpdesk to call back."""
        await self._done("askForFactorHelp", {"email": email}, key=key)

    async def ping(self) -> None:
        """Return if the hub answers at all."""
        raise NotImplementedError("health is not part of the document")


def _time(told: str) -> datetime:
    return datetime.fromisoformat(told)


def _registration(told: dict[str, Any]) -> Registration:
    return Registration(
        registration_id=told["registration_id"],
        state=RegistrationState(told["state"]),
        number_ends_with=told["number_ends_with"],
        expires_at=_time(told["expires_at"]),
    )
