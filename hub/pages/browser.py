"""What the pages keep in the browser's signed cookie, and where a request comes from."""

import uuid
from typing import Final

from flask import flash, g, get_flashed_messages, request, session

from hub.accounts import sessions, visitors
from hub.accounts.errors import HubError
from hub.accounts.hub import Hub
from hub.pages import words
from hub.pages.render import Fault

SIGNED_IN: Final = "signed_in"
SIGNING_IN: Final = "signing_in"
RESETTING: Final = "resetting"
RESET_PROOF: Final = "reset_proof"
REGISTERING: Final = "registering"
REGISTRATION: Final = "registration"
AFTERWARDS: Final = "afterwards"
_PAGE_SESSION: Final = "page_session"
_FAULT: Final = "fault"
_NOTE: Final = "message"


def kept(name: str) -> str | None:
    """Return what is kept under a name."""
    value = session.get(name)
    return value if isinstance(value, str) else None


def keep(name: str, value: str) -> None:
    """Keep a value under a name."""
    session[name] = value


def forget(*names: str) -> None:
    """Keep nothing under these names any more."""
    for name in names:
        session.pop(name, None)


def sign_in(started: sessions.Started) -> None:
    """Remember a new session; nothing of the browser's former one stays."""
    session.clear()
    session[SIGNED_IN] = started.token


def signed_in(hub: Hub) -> sessions.SignedIn | None:
    """Return who this browser is signed in as."""
    if "signed_in" not in g:
        token = kept(SIGNED_IN)
        g.signed_in = None if token is None else sessions.resume(hub, token)
    found: sessions.SignedIn | None = g.signed_in
    return found


def looks_signed_in() -> bool:
    """Tell whether this request was found to be of a person who is signed in."""
    return g.get("signed_in") is not None


def was_signed_in() -> bool:
    """Tell whether this browser still holds a session that has ended; it is told once."""
    ended = kept(SIGNED_IN) is not None and not looks_signed_in()
    if ended:
        forget(SIGNED_IN)
    return ended


def sign_out(hub: Hub) -> None:
    """End this browser's session."""
    token = kept(SIGNED_IN)
    if token is not None:
        sessions.end(hub, token)
    g.signed_in = None
    session.clear()


def page_session() -> str:
    """Return the name under which this browser registers; made when it is first needed."""
    name = kept(_PAGE_SESSION)
    if name is None:
        name = f"page-{uuid.uuid4()}"
        session[_PAGE_SESSION] = name
    return name


def place(hub: Hub) -> str:
    """Return whose tries and sends are counted for this request."""
    return visitors.from_ip(hub, request.remote_addr or "")


def say_next(note: str) -> None:
    """Say something on the next page."""
    flash(note, _NOTE)


def blame_next(hub: Hub, error: HubError) -> None:
    """Show an error on the next page, which is where it can be mended."""
    flash(words.fault(error, hub.limits), _FAULT)


def blamed(field: str) -> Fault | None:
    """Return the error that the page before left for this one."""
    left = get_flashed_messages(category_filter=[_FAULT])
    return Fault(text=str(left[-1]), field=field, status=200) if left else None
