"""From a link to an open hub: the link is exchanged at once, then a password is chosen."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.accounts import completion, registrations
from hub.accounts.errors import (
    InvitationExpired,
    InvitationRejected,
    LinkRejected,
    PasswordRefused,
    RegistrationComplete,
)
from hub.accounts.hub import Hub
from hub.pages import browser

PASSWORD_FAULTS: Final[Mapping[str, str]] = {
    "too_short": "Your password must be {min_length} characters or more",
    "too_long": "Your password must be {max_length} characters or fewer",
    "common": "Too many people use this password. Choose another one",
    "easy_to_guess": "This password is easy to guess. Make it longer or add another word",
}


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of registration."""
    routes = Blueprint("registration", __name__, url_prefix="/register")

    @routes.get("/<token>")
    def open_link(token: str) -> Response:
        # Mail scanners open links too, so nothing changes here but the browser's own cookie.
        browser.keep_registration_token(token)
        return redirect("/register", 303)

    @routes.get("")
    def show() -> tuple[str, int] | str:
        token = browser.registration_token() or ""
        try:
            completion.require_open(hub, token)
        except RegistrationComplete:
            return _complete()
        except LinkRejected:
            return _other_link(hub, token)
        return _form(hub)

    @routes.post("")
    def choose_password() -> Response | tuple[str, int] | str:
        token = browser.registration_token() or ""
        try:
            started = completion.complete_by_link(
                hub, token=token, password=request.form.get("password", "")
            )
        except PasswordRefused as exc:
            limits = hub.limits
            fault = PASSWORD_FAULTS[exc.fault].format(
                min_length=limits.password_min_length, max_length=limits.password_max_length
            )
            return _form(hub, fault), 422
        except RegistrationComplete:
            return _complete()
        except LinkRejected:
            return _other_link(hub, token)
        browser.sign_in(started)
        return redirect("/", 303)

    return routes


def _form(hub: Hub, fault: str | None = None) -> str:
    return render_template(
        "choose_password.html",
        title="Choose a password",
        fault=fault,
        min_length=hub.limits.password_min_length,
    )


def _complete() -> tuple[str, int]:
    page = render_template(
        "message.html",
        title="Your registration is complete",
        paragraphs=["This link does not work any more. To use the EHC Hub, sign in."],
        action={"href": "/", "text": "Sign in"},
    )
    return page, 410


def _other_link(hub: Hub, token: str) -> tuple[str, int] | str:
    try:
        registrations.require_invited(hub, token)
    except RegistrationComplete:
        return _complete()
    except InvitationExpired:
        page = render_template(
            "message.html",
            title="This link has expired",
            paragraphs=["Ask for a new invitation, then open the link in the newest email."],
            action=None,
        )
        return page, 410
    except InvitationRejected:
        page = render_template(
            "message.html",
            title="This link does not work",
            paragraphs=[
                "The link may be old, used, or not complete.",
                "Open the link in the newest email or text message again.",
            ],
            action=None,
        )
        return page, 404
    return render_template(
        "message.html",
        title="Complete your registration",
        paragraphs=[
            "Your invitation is ready to use.",
            "Give the invitation code in the same email to our assistant.",
            "You can reach the assistant by text message or web chat.",
        ],
        action=None,
    )
