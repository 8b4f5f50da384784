"""A forgotten password: a link by mail, the second factor, a new password, then sign-in."""

from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hub.accounts import mail_requests, password_reset
from hub.accounts.errors import (
    EmailNotAccepted,
    LinkRejected,
    PasswordRefused,
    SignInNeeded,
    TooManyRequests,
)
from hub.accounts.hub import Hub
from hub.accounts.second_factor import Method, Ways
from hub.accounts.texting import TextState
from hub.pages import browser, lost_phone, render, second_step, words
from hub.pages.render import Fault

PATH: Final = "/reset-password"
CHOOSE: Final = f"{PATH}/choose"


class ResetStep:
    """The second factor before a new password."""

    path = PATH
    ending = " to reset your password"
    help_path = lost_phone.PATH

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def ways(self) -> Ways:
        """Return how the account can prove it."""
        return password_reset.opened(self._hub, _token()).ways

    def send(self) -> object:
        """Text a code."""
        return password_reset.send_code(self._hub, _token(), tried_by=browser.place(self._hub))

    def text_state(self) -> TextState:
        """Return what became of the newest text."""
        return password_reset.text_state(self._hub, _token())

    def finish(self, method: Method, typed: str) -> Response:
        """Go on to the new password."""
        proof = password_reset.prove(
            self._hub, _token(), method=method, typed=typed, tried_by=browser.place(self._hub)
        )
        browser.keep(browser.RESET_PROOF, proof)
        return redirect(CHOOSE, 303)


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of a reset."""
    routes = Blueprint("password_reset", __name__, url_prefix=PATH)
    _add_request(routes, hub)
    second_step.add_second_step(routes, hub, ResetStep(hub))
    _add_choice(routes, hub)

    @routes.get("/<token>")
    def open_link(token: str) -> Response:
        # Mail scanners open links too, so nothing changes here but the browser's own cookie.
        if token != browser.kept(browser.RESETTING):
            browser.forget(browser.RESET_PROOF)
        browser.keep(browser.RESETTING, token)
        return redirect(f"{PATH}/code", 303)

    @routes.errorhandler(LinkRejected)
    def link_rejected(_error: LinkRejected) -> Response:
        browser.forget(browser.RESETTING, browser.RESET_PROOF)
        return render.message(
            410,
            "This link to reset your password does not work",
            "The link may be old, used or not complete. You can use each link once.",
            action={"href": PATH, "text": "Get a new link"},
        )

    return routes


def _add_request(routes: Blueprint, hub: Hub) -> None:
    @routes.get("")
    def show() -> Response:
        return _request_page()

    @routes.post("")
    def ask() -> Response:
        email = request.form.get("email", "")
        try:
            mail_requests.ask(hub, mail_requests.RESET, email=email, tried_by=browser.place(hub))
        except (EmailNotAccepted, TooManyRequests) as exc:
            return _request_page(email, Fault.of(exc, hub.limits, field="email"))
        return redirect(f"{PATH}/asked", 303)

    @routes.get("/asked")
    def asked() -> Response:
        # The same for every address: who has an account is nobody else's to know.
        lifetime = words.waiting(hub.limits.reset_link_lifetime)
        return render.message(
            200,
            "Check your email",
            "If that email address has an account, you will get an email with a link.",
            f"The link works for {lifetime}. You also need your phone.",
            "If you do not get an email, check your junk or spam folder.",
            action=render.SIGN_IN,
        )


def _add_choice(routes: Blueprint, hub: Hub) -> None:
    @routes.get("/choose")
    def choose() -> Response:
        password_reset.opened(hub, _token())
        if browser.kept(browser.RESET_PROOF) is None:
            return redirect(f"{PATH}/code", 303)
        return _choose_page(hub)

    @routes.post("/choose")
    def chosen() -> Response:
        try:
            password_reset.choose(
                hub,
                _token(),
                proof=browser.kept(browser.RESET_PROOF) or "",
                password=request.form.get("password", ""),
            )
        except PasswordRefused as exc:
            return _choose_page(hub, Fault.of(exc, hub.limits, field="password"))
        except SignInNeeded:
            browser.forget(browser.RESET_PROOF)
            return redirect(f"{PATH}/code", 303)
        browser.forget(browser.RESETTING, browser.RESET_PROOF, browser.SIGNED_IN)
        browser.say_next("You have a new password. Sign in with it.")
        return redirect("/sign-in", 303)


def _token() -> str:
    return browser.kept(browser.RESETTING) or ""


def _request_page(email: str = "", fault: Fault | None = None) -> Response:
    return render.form(
        "ask_by_email.html",
        title="Reset password",
        fault=fault,
        paragraphs=["We will send you an email with a link to choose a new password."],
        action=PATH,
        button="Reset password",
        email=email,
        back="/sign-in",
    )


def _choose_page(hub: Hub, fault: Fault | None = None) -> Response:
    return render.form(
        "choose_password.html",
        title="Choose a new password",
        fault=fault,
        paragraphs=["Then you sign in with it. Other browsers are signed out."],
        action=CHOOSE,
        button="Reset password",
        min_length=hub.limits.password_min_length,
    )
