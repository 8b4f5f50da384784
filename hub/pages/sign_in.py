"""Signing in: address and password, then the second factor."""

from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hub.accounts import sign_in
from hub.accounts.errors import (
    EmailNotAccepted,
    SignInOver,
    SignInRejected,
    TooManyTries,
)
from hub.accounts.hub import Hub
from hub.accounts.second_factor import Method, Ways
from hub.accounts.texting import TextState
from hub.pages import browser, lost_phone, render, second_step
from hub.pages.render import Fault

PATH: Final = "/sign-in"
ENDED: Final = "Your session has ended, so that nobody else can use it. Sign in again."
TOO_LONG: Final = "You took too long, so you need to start again."


class SignInStep:
    """The second factor of a sign-in."""

    path = PATH
    ending = ""
    help_path = f"{PATH}/help"

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def ways(self) -> Ways:
        """Return how the account can prove it."""
        return sign_in.pending(self._hub, _token()).ways

    def send(self) -> object:
        """Text a code."""
        return sign_in.send_code(self._hub, _token())

    def text_state(self) -> TextState:
        """Return what became of the newest text."""
        return sign_in.text_state(self._hub, _token())

    def finish(self, method: Method, typed: str) -> Response:
        """Open the hub, or go on with what needed a fresh sign-in."""
        started = sign_in.finish(self._hub, _token(), method=method, typed=typed)
        afterwards = browser.kept(browser.AFTERWARDS)
        browser.sign_in(started)
        return redirect(afterwards or "/", 303)


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of signing in."""
    routes = Blueprint("sign_in", __name__, url_prefix=PATH)
    step = SignInStep(hub)
    second_step.add_second_step(routes, hub, step)

    @routes.get("")
    def show() -> Response:
        if browser.signed_in(hub) is not None:
            return redirect("/", 303)
        return _page(lead=ENDED if browser.was_signed_in() else "")

    @routes.post("")
    def give_password() -> Response:
        email = request.form.get("email", "")
        try:
            begun = sign_in.begin(
                hub,
                email=email,
                password=request.form.get("password", ""),
                tried_by=browser.place(hub),
            )
        except EmailNotAccepted as exc:
            return _page(email=email, fault=Fault.of(exc, hub.limits, field="email"))
        except (SignInRejected, TooManyTries) as exc:
            return _page(email=email, fault=Fault.of(exc, hub.limits, field="password"))
        browser.forget(browser.SIGNED_IN, browser.AFTERWARDS)
        return go_on(hub, step, begun.token)

    _add_help(routes, hub, step)

    @routes.errorhandler(SignInOver)
    def start_again(_error: SignInOver) -> Response:
        browser.forget(browser.SIGNING_IN)
        return _page(lead=TOO_LONG)

    return routes


def _add_help(routes: Blueprint, hub: Hub, step: SignInStep) -> None:
    @routes.get("/help")
    def explain_help() -> Response:
        step.ways()  # whoever has not given the password is sent to do so
        return render.form(
            "are_you_sure.html",
            title="Ask the helpdesk for help",
            back=f"{PATH}/recovery-code",
            paragraphs=lost_phone.what_happens(hub),
            action=f"{PATH}/help",
            button="Ask for help",
        )

    @routes.post("/help")
    def ask_for_help() -> Response:
        sign_in.ask_for_help(hub, _token())
        return redirect(lost_phone.ASKED, 303)


def go_on(hub: Hub, step: SignInStep, token: str) -> Response:
    """Go to the second factor of a sign-in that has begun; a text is sent at once."""
    browser.keep(browser.SIGNING_IN, token)
    if step.ways().has_app:
        return redirect(f"{PATH}/app", 303)
    return second_step.text_page(step).send(hub, step.send)


def _token() -> str:
    return browser.kept(browser.SIGNING_IN) or ""


def _page(*, lead: str = "", email: str = "", fault: Fault | None = None) -> Response:
    return render.form(
        "sign_in.html", title="Sign in to the EHC Hub", fault=fault, lead=lead, email=email
    )
