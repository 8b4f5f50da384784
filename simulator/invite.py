"""Ask the hub to invite a parent, as a member of the council's staff would."""

import uuid
from dataclasses import dataclass

import httpx

from simulator.errors import SimulatorError
from wire.names import IDEMPOTENCY_KEY
from wire.signing import bearer

TIMEOUT = httpx.Timeout(10.0, connect=5.0)

NOT_ACCEPTED = "The hub does not accept that email address. Check how it is written."
UNAUTHORISED = "The hub does not accept the simulator's key (HUB_API_KEY)."
TOO_MANY = "The hub asks to wait: too many invitations for now."
AWAY = "The hub did not answer. Is it running? Nobody was invited."
NONSENSE = "The hub answered something that cannot be understood. Look at its log."


class InvitationRefused(SimulatorError):
    """The hub did not invite; the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class Invited:
    """The hub has taken the invitation; its mail is on the way."""

    invitation_id: str
    expires_at: str


class HubInvitations:
    """The hub's `POST /v1/invitations`."""

    def __init__(self, *, url: str, api_key: str) -> None:
        self._url = url
        self._api_key = api_key

    def invite(self, email: str) -> Invited:
        """Invite an address.

        Raises:
            InvitationRefused: the hub said no, or did not answer.
        """
        headers = {"Authorization": bearer(self._api_key), IDEMPOTENCY_KEY: str(uuid.uuid4())}
        try:
            response = httpx.post(
                self._url, json={"email": email}, headers=headers, timeout=TIMEOUT, trust_env=False
            )
        except httpx.HTTPError as exc:
            raise InvitationRefused(AWAY) from exc
        if response.status_code != httpx.codes.CREATED:
            raise InvitationRefused(_why(response))
        try:
            document = response.json()
            return Invited(
                invitation_id=str(document["invitation_id"]),
                expires_at=str(document["expires_at"]),
            )
        except (ValueError, KeyError, TypeError) as exc:
            raise InvitationRefused(NONSENSE) from exc


def _why(response: httpx.Response) -> str:
    if response.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
        return NOT_ACCEPTED
    if response.status_code in {401, 403}:
        return UNAUTHORISED
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return TOO_MANY
    return f"The hub refused with status {response.status_code}. Nobody was invited."
