"""Every second factor is lost: asking the helpdesk to call back."""

from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hub.accounts import mail_requests
from hub.accounts.errors import EmailNotAccepted, TooManyRequests
from hub.accounts.hub import Hub
from hub.pages import browser, render, words
from hub.pages.render import Fault

PATH: Final = "/lost-phone"
ASKED: Final = f"{PATH}/asked"


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of the request."""
    routes = Blueprint("lost_phone", __name__, url_prefix=PATH)

    @routes.get("")
    def show() -> Response:
        return _page(hub)

    @routes.post("")
    def ask() -> Response:
        email = request.form.get("email", "")
        try:
            mail_requests.ask(
                hub, mail_requests.FACTOR_RESET, email=email, tried_by=browser.place(hub)
            )
        except (EmailNotAccepted, TooManyRequests) as exc:
            return _page(hub, email, Fault.of(exc, hub.limits, field="email"))
        return redirect(ASKED, 303)

    @routes.get("/asked")
    def asked() -> Response:
        # The same for every address: who has an account is nobody else's to know.
        return render.message(
            200,
            "You have asked for help",
            "If that email address has an account, the helpdesk will call you back. "
            "You will also get an email about it.",
            "If you find your phone or a recovery code, sign in. That ends your request.",
            action=render.SIGN_IN,
        )

    return routes


def what_happens(hub: Hub) -> list[str]:
    """Return what asking leads to."""
    hold = words.waiting(hub.limits.factor_reset_hold)
    return [
        "The helpdesk calls you back to check that it is you. A second officer has to agree.",
        f"Then there is a wait of {hold}, which keeps your account safe.",
        "After that you get a new invitation by email and set up your account again.",
    ]


def _page(hub: Hub, email: str = "", fault: Fault | None = None) -> Response:
    return render.form(
        "ask_by_email.html",
        title="Get help if you cannot use your phone",
        fault=fault,
        paragraphs=what_happens(hub),
        action=PATH,
        button="Ask for help",
        email=email,
        back="/sign-in",
    )
