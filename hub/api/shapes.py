"""What the API gives out: use cases' results as JSON."""

from datetime import datetime
from typing import Any

from hub.accounts.authenticators import Enrolment
from hub.accounts.completion import ContinueLink
from hub.accounts.errors import Limited
from hub.accounts.factor_resets import Reset
from hub.accounts.imports import Report
from hub.accounts.invitations import Invited
from hub.accounts.registration_status import Status
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


def enrolment(app: Enrolment) -> dict[str, Any]:
    """Return an app that is to be set up."""
    return {
        "authenticator_id": app.authenticator_id,
        "setup_key": app.setup_key,
        "otpauth_uri": app.uri,
        "expires_at": time(app.expires_at),
    }


def status(found: Status) -> dict[str, Any]:
    """Return where a registration stands."""
    wait = found.locked_for
    return {
        **registration(found.progress),
        "has_password": found.progress.has_password,
        "has_number": found.progress.has_number,
        "has_app": found.progress.has_app,
        "invitation_expires_at": time(found.invitation_expires_at),
        "locked_for_s": None if wait is None else Limited(wait).retry_after_s,
        "needs_help": found.needs_help,
    }


def report(found: Report) -> dict[str, Any]:
    """Return how far a list of invitations has come."""
    return {
        "import_id": found.import_id,
        "total": found.total,
        "done": found.done,
        "invited": found.invited,
        "refused": [{"line": row.line, "reason": row.reason} for row in found.refused],
    }


def factor_reset(reset: Reset) -> dict[str, Any]:
    """Return a request for help with a lost second factor."""
    return {
        "reset_id": reset.reset_id,
        "account_id": reset.account_id,
        "state": reset.state,
        "asked_at": time(reset.asked_at),
        "due_at": None if reset.due_at is None else time(reset.due_at),
    }


def invited(invitation: Invited) -> dict[str, Any]:
    """Return a new invitation."""
    return {
        "invitation_id": invitation.invitation_id,
        "expires_at": time(invitation.expires_at),
    }
