"""Pages for people who are signed in."""

from typing import Final

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from hub.accounts.errors import SignInNeeded
from hub.accounts.hub import Hub
from hub.accounts.sessions import SignedIn
from hub.pages import browser

PAGES: Final = (
    "/security/number",
    "/security/number/remove",
    "/security/app",
    "/security/app/remove",
    "/security/recovery-codes",
    "/security/password",
)
"""Where a person goes on after having confirmed who they are; anything else is not believed."""


def require_signed_in(routes: Blueprint, hub: Hub) -> None:
    """Send everyone else to the sign-in page, before any view of these routes."""

    @routes.before_request
    def check() -> Response | None:
        return None if browser.signed_in(hub) is not None else redirect("/sign-in", 303)


def who(hub: Hub) -> SignedIn:
    """Return who is signed in.

    Raises:
        SignInNeeded: nobody is.
    """
    found = browser.signed_in(hub)
    if found is None:
        raise SignInNeeded
    return found


def page_of(path: str) -> str:
    """Return the page to go back to for a path that a request came in by."""
    fitting = [page for page in PAGES if path == page or path.startswith(f"{page}/")]
    return max(fitting, key=len, default="/security")
