"""Asking for a new invitation where a link has expired."""

from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hub.accounts import mail_requests
from hub.accounts.errors import EmailNotAccepted, TooManyRequests
from hub.accounts.hub import Hub
from hub.pages import browser, render
from hub.pages.render import Fault

PATH: Final = "/new-invitation"
TITLE: Final = "Ask for a new invitation"
WHY: Final = "We will send a new invitation to the address that your first one was sent to."


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of the request."""
    routes = Blueprint("new_invitation", __name__, url_prefix=PATH)

    @routes.get("")
    def show() -> Response:
        return form(TITLE, WHY)

    @routes.post("")
    def ask() -> Response:
        email = request.form.get("email", "")
        try:
            mail_requests.ask(
                hub, mail_requests.INVITATION, email=email, tried_by=browser.place(hub)
            )
        except (EmailNotAccepted, TooManyRequests) as exc:
            return form(TITLE, WHY, email=email, fault=Fault.of(exc, hub.limits, field="email"))
        return redirect(f"{PATH}/asked", 303)

    @routes.get("/asked")
    def asked() -> Response:
        # The same for every address: who was invited is nobody else's to know.
        return render.message(
            200,
            "Check your email",
            "If that email address has an open invitation, you will get a new one by email.",
            "Open the link in the newest email. Older links do not work any more.",
            "If you do not get an email, check your junk or spam folder.",
        )

    return routes


def form(title: str, *paragraphs: str, email: str = "", fault: Fault | None = None) -> Response:
    """Return a page that asks for the address."""
    return render.form(
        "ask_by_email.html",
        title=title,
        fault=fault,
        paragraphs=paragraphs,
        action=PATH,
        button=TITLE,
        email=email,
        back=None,
    )
