"""What the API gives out: use cases' results as JSON."""

from datetime import datetime
from typing import Any

from hub.accounts.completion import ContinueLink
from hub.accounts.invitations import Invited
from hub.accounts.registrations import Progress
from hub.accounts.security_codes import Sent
from hub.accounts.texting import TextState


def time(moment: datetime) -> str:
    """Return a time as RFC 3339 in UTC."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def registration(progress: Progress) -> dict[str, Any]:
    """Return a registration."""
    return {
        "registration_id": progress.registration_id,
        "state": progress.state,
        "number_ends_with": progress.number_ends_with,
        "expires_at": time(progress.expires_at),
    }


def sent(code: Sent, *, number_ends_with: str | None) -> dict[str, Any]:
    """Return a code that is on its way."""
    return {
        "challenge_id": code.challenge_id,
        "sent": code.sent,
        "number_ends_with": number_ends_with,
        "expires_at": time(code.expires_at),
        "resend_after_s": code.resend_after_s,
    }


def text_state(state: TextState) -> dict[str, Any]:
    """Return what became of a text."""
    return {
        "challenge_id": state.challenge_id,
        "state": state.state,
        "reason": state.reason,
        "sent_at": time(state.sent_at),
        "resend_after_s": state.resend_after_s,
        "expires_at": time(state.expires_at),
    }


def continue_link(link: ContinueLink) -> dict[str, Any]:
    """Return a link to a page."""
    return {"url": link.url, "expires_at": time(link.expires_at)}


def invited(invitation: Invited) -> dict[str, Any]:
    """Return a new invitation."""
    return {
        "invitation_id": invitation.invitation_id,
        "expires_at": time(invitation.expires_at),
    }
