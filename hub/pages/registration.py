"""The way in by a link: it is exchanged at once, then a password is chosen."""

from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hub.accounts import completion, registrations
from hub.accounts.errors import (
    InvitationExpired,
    InvitationRejected,
    LinkRejected,
    NotFound,
    PasswordRefused,
    RegistrationComplete,
)
from hub.accounts.hub import Hub
from hub.pages import browser, new_invitation, render
from hub.pages.render import Fault

TWO_FACTOR: Final = "/register/two-factor"


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of the link and of the password."""
    routes = Blueprint("registration", __name__, url_prefix="/register")

    @routes.get("/<token>")
    def open_link(token: str) -> Response:
        # Mail scanners open links too, so nothing changes here but the browser's own cookie.
        if token != browser.kept(browser.REGISTERING):
            browser.forget(browser.REGISTRATION)
        browser.keep(browser.REGISTERING, token)
        return redirect("/register", 303)

    @routes.get("")
    def show() -> Response:
        token = browser.kept(browser.REGISTERING)
        if token is None and browser.signed_in(hub) is not None:
            return redirect("/", 303)
        if _has_password(hub):
            return redirect(TWO_FACTOR, 303)
        return _page(hub, token or "")

    @routes.post("")
    def choose_password() -> Response:
        token = browser.kept(browser.REGISTERING) or ""
        password = request.form.get("password", "")
        try:
            return _choose(hub, token, password)
        except PasswordRefused as exc:
            return _page(hub, token, Fault.of(exc, hub.limits, field="password"))
        except (InvitationRejected, LinkRejected, NotFound):
            browser.forget(browser.REGISTRATION)
            return _page(hub, token)

    return routes


def _choose(hub: Hub, token: str, password: str) -> Response:
    try:
        browser.sign_in(completion.complete_by_link(hub, token=token, password=password))
    except LinkRejected:
        progress = registrations.begin_by_link(
            hub, token=token, page_session=browser.page_session()
        )
        browser.keep(browser.REGISTRATION, progress.registration_id)
        registrations.choose_password(hub, progress.registration_id, password=password)
        return redirect(TWO_FACTOR, 303)
    return redirect("/", 303)


def _has_password(hub: Hub) -> bool:
    registration_id = browser.kept(browser.REGISTRATION)
    if registration_id is None:
        return False
    try:
        progress = registrations.progress(hub, registration_id)
    except NotFound:
        return False
    return progress.has_password and progress.state != "complete"


def _page(hub: Hub, token: str, fault: Fault | None = None) -> Response:
    """Return the page that a link leads to, which depends on what it is and whether it works."""
    try:
        is_of_chat = _is_of_chat(hub, token)
    except RegistrationComplete:
        return complete()
    except InvitationExpired:
        page = new_invitation.form(
            "This link has expired",
            "Ask for a new invitation, then open the link in the newest email.",
        )
        page.status_code = 410
        return page
    except InvitationRejected:
        return render.message(
            404,
            "This link does not work",
            "The link may be old, used or not complete.",
            "Open the link in the newest email or text message again.",
            action={"href": new_invitation.PATH, "text": "Ask for a new invitation"},
        )
    if is_of_chat:
        title, paragraphs = (
            "Choose a password",
            ["Your mobile number is confirmed. Choose a password to complete your registration."],
        )
    else:
        title, paragraphs = (
            "Complete your registration",
            [
                "Choose a password for the EHC Hub.",
                "Then set up Two Factor Authentication, so that only you can sign in.",
            ],
        )
    return render.form(
        "choose_password.html",
        title=title,
        fault=fault,
        paragraphs=paragraphs,
        action="/register",
        button="Complete your registration" if is_of_chat else "Continue",
        min_length=hub.limits.password_min_length,
    )


def _is_of_chat(hub: Hub, token: str) -> bool:
    """Tell a link that the assistant gave from one in an invitation; either has to work."""
    try:
        completion.require_open(hub, token)
    except LinkRejected:
        registrations.require_invited(hub, token)
        return False
    return True


def complete() -> Response:
    """Return the page for who has registered already."""
    return render.message(
        410,
        "Your registration is complete",
        "This link is disabled, because it was used to register. To use the EHC Hub, sign in.",
        action=render.SIGN_IN,
    )
