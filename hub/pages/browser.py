"""What the pages keep in the browser's signed cookie."""

from typing import Final

from flask import session

from hub.accounts import sessions
from hub.accounts.hub import Hub

_SIGNED_IN: Final = "signed_in"
_REGISTERING: Final = "registering"


def sign_in(started: sessions.Started) -> None:
    """Remember a new session; nothing of the browser's former one stays."""
    session.clear()
    session[_SIGNED_IN] = started.token


def signed_in(hub: Hub) -> sessions.SignedIn | None:
    """Return who this browser is signed in as."""
    token = session.get(_SIGNED_IN)
    return sessions.resume(hub, token) if isinstance(token, str) else None


def sign_out(hub: Hub) -> None:
    """End this browser's session."""
    token = session.get(_SIGNED_IN)
    if isinstance(token, str):
        sessions.end(hub, token)
    session.clear()


def keep_registration_token(token: str) -> None:
    """Remember the token of the link that was opened."""
    session[_REGISTERING] = token


def registration_token() -> str | None:
    """Return the token of the link that was opened."""
    token = session.get(_REGISTERING)
    return token if isinstance(token, str) else None
