"""What journeys may ask of the hub."""

from typing import Protocol

from clients.hub.answers import (
    AppEnrolment,
    CodeDelivery,
    ContinueLink,
    Registration,
    RegistrationStatus,
    SentCode,
)


class Hub(Protocol):
    """What journeys may ask of the hub; `HubClient` and the tests' fake both offer it.

    Every method raises `Unreachable`, `Refused` and `Nonsense`, and `HubRefused` for the reasons
    that `REFUSALS` names. `key` is the idempotency key: the turn and the step.
    """

    async def begin_registration(
        self, invitation_code: str, *, conversation_id: str, key: str
    ) -> Registration:
        """Take up the invitation with this code."""

    async def registration_of(self, conversation_id: str) -> Registration | None:
        """Return the newest registration that this conversation has begun."""

    async def registration(self, registration_id: str) -> Registration:
        """Return one registration as it is now."""

    async def let_go(self, registration_id: str, *, key: str) -> None:
        """Part the registration from its conversation; the invitation stays good."""

    async def set_number(self, registration_id: str, number: str, *, key: str) -> Registration:
        """Give the mobile number, as it was typed, in the place of an unverified one."""

    async def send_code(self, registration_id: str, *, key: str) -> SentCode:
        """Have a security code texted to the number, or the same one again."""

    async def check_code(self, registration_id: str, code: str, *, key: str) -> Registration:
        """Have a typed code checked; returns the registration, now verified."""

    async def latest_code(self, registration_id: str) -> CodeDelivery:
        """Tell what became of the newest text with a code."""

    async def continue_link(self, registration_id: str, *, key: str) -> ContinueLink:
        """Return a new link for choosing a password."""

    async def status(self, registration_id: str) -> RegistrationStatus:
        """Return all that its owner may know of where a registration stands."""

    async def enrol_app(self, registration_id: str, *, key: str) -> AppEnrolment:
        """Begin to set an authenticator app up; asked again within the hour, the same one."""

    async def check_app_code(self, registration_id: str, code: str, *, key: str) -> Registration:
        """Have the app's first code checked; returns the registration, now verified."""

    async def ask_for_invitation(self, email: str, *, key: str) -> None:
        """Ask for a new invitation; the answer is the same whether or not one was open."""

    async def ask_for_password_reset(self, email: str, *, key: str) -> None:
        """Ask for a link to reset a password; the same answer whether or not anyone has one."""

    async def ask_for_factor_help(self, email: str, *, key: str) -> None:
        """Ask the helpdesk to call back: every second factor is lost. The same answer always."""

    async def ping(self) -> None:
        """Return if the hub answers at all."""
