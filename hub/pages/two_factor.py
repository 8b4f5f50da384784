"""The second half of a registration: an authenticator app or a mobile number is proved."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hub.accounts import app_proof, completion, number_proof, registrations
from hub.accounts.errors import (
    EnrolmentOver,
    HubError,
    InvitationRejected,
    NotFound,
    NumberAlreadyVerified,
    NumberNotAccepted,
    PasswordNeeded,
    RegistrationComplete,
)
from hub.accounts.hub import Hub
from hub.accounts.registrations import Progress
from hub.pages import app_page, browser, registration, render
from hub.pages.render import Fault
from hub.pages.text_page import TextPage

APP: Final = "/register/two-factor"
NUMBER: Final = "/register/number"
CODE: Final = TextPage(
    title="Check your phone",
    path="/register/code",
    other={"href": NUMBER, "text": "Change the mobile number"},
)


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of the second factor."""
    routes = Blueprint("two_factor", __name__, url_prefix="/register")
    _add_app(routes, hub)
    _add_number(routes, hub)
    _add_code(routes, hub)

    @routes.errorhandler(RegistrationComplete)
    def complete(_error: RegistrationComplete) -> Response:
        return registration.complete()

    @routes.errorhandler(NotFound)
    @routes.errorhandler(PasswordNeeded)
    @routes.errorhandler(InvitationRejected)
    def start_again(_error: HubError) -> Response:
        browser.forget(browser.REGISTRATION)
        return redirect("/register", 303)

    return routes


def _add_app(routes: Blueprint, hub: Hub) -> None:
    @routes.get("/two-factor")
    def app() -> Response:
        return _at_step(hub, lambda progress: _app(hub, progress))

    @routes.post("/two-factor")
    def confirm_app() -> Response:
        progress = _require_password(hub)
        try:
            app_proof.confirm(hub, progress.registration_id, typed=request.form.get("code", ""))
        except EnrolmentOver as exc:
            browser.blame_next(hub, exc)
            return redirect(APP, 303)
        except (NotFound, RegistrationComplete):
            raise
        except HubError as exc:
            return _app(hub, progress, Fault.of(exc, hub.limits, field="code"))
        return _open_hub(hub, progress)


def _add_number(routes: Blueprint, hub: Hub) -> None:
    @routes.get("/number")
    def number() -> Response:
        return _at_step(hub, lambda _: _number())

    @routes.post("/number")
    def send_code() -> Response:
        progress = _require_password(hub)
        try:
            registrations.give_number(
                hub, progress.registration_id, typed=request.form.get("number", "")
            )
        except NumberNotAccepted as exc:
            return _number(Fault.of(exc, hub.limits, field="number"))
        except NumberAlreadyVerified:
            return _open_hub(hub, progress)
        return CODE.send(hub, lambda: _send(hub, progress))


def _add_code(routes: Blueprint, hub: Hub) -> None:
    @routes.get("/code")
    def code() -> Response:
        return _at_step(hub, lambda progress: _code(hub, progress))

    @routes.post("/code")
    def verify_code() -> Response:
        progress = _require_password(hub)
        try:
            number_proof.check_code_now(
                hub,
                progress.registration_id,
                typed=request.form.get("code", ""),
                tried_by=browser.place(hub),
            )
        except NumberAlreadyVerified:
            return _open_hub(hub, progress)
        except (NotFound, RegistrationComplete):
            raise
        except HubError as exc:
            return _code(hub, progress, Fault.of(exc, hub.limits, field="code"))
        return _open_hub(hub, progress)

    @routes.post("/code/resend")
    def resend_code() -> Response:
        progress = _require_password(hub)
        return CODE.send(hub, lambda: _send(hub, progress))


def _at_step(hub: Hub, show: Callable[[Progress], Response]) -> Response:
    """Show a step; who has proved a second factor already needs none and goes on."""
    progress = _require_password(hub)
    if progress.has_app or progress.has_number:
        return _open_hub(hub, progress)
    return show(progress)


def _require_password(hub: Hub) -> Progress:
    """Return how far this browser's registration has come, if a password is chosen.

    Raises:
        NotFound: it has none, or it has ended.
        PasswordNeeded: no password is chosen.
        RegistrationComplete: it was finished.
    """
    progress = registrations.progress(hub, browser.kept(browser.REGISTRATION) or "")
    if progress.state == "complete":
        raise RegistrationComplete
    if not progress.has_password:
        raise PasswordNeeded
    return progress


def _open_hub(hub: Hub, progress: Progress) -> Response:
    browser.sign_in(completion.complete(hub, progress.registration_id))
    return redirect("/", 303)


def _send(hub: Hub, progress: Progress) -> object:
    return number_proof.send_code_now(hub, progress.registration_id, tried_by=browser.place(hub))


def _app(hub: Hub, progress: Progress, fault: Fault | None = None) -> Response:
    return app_page.show(
        app_proof.enrol(hub, progress.registration_id),
        title="Set up Two Factor Authentication",
        why="To complete your registration, set up an authenticator app. "
        "You use a code from it each time you sign in.",
        path=APP,
        sms_href=NUMBER,
        fault=fault,
    )


def _number(fault: Fault | None = None) -> Response:
    return render.form(
        "number.html",
        title="Give your mobile telephone number",
        fault=fault,
        action=NUMBER,
        app_href=APP,
    )


def _code(hub: Hub, progress: Progress, fault: Fault | None = None) -> Response:
    if progress.number_ends_with is None:
        return redirect(NUMBER, 303)
    return CODE.show(
        hub,
        lambda: number_proof.text_state(hub, progress.registration_id),
        ends_with=progress.number_ends_with,
        fault=fault,
    )
