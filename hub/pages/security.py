"""The security settings: what an account is protected by, and changing it."""

from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hub.accounts import factor_changes, history, sessions, sign_in
from hub.accounts.errors import SignInNeeded, SignInRejected, TooManyTries
from hub.accounts.hub import Hub
from hub.accounts.sessions import SignedIn
from hub.accounts.times import for_reading
from hub.pages import (
    browser,
    happenings,
    new_app,
    new_number,
    new_password,
    recovery_codes,
    render,
    visitor,
)
from hub.pages import sign_in as sign_in_pages
from hub.pages.render import Fault

PATH: Final = "/security"


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of the settings."""
    routes = Blueprint("security", __name__, url_prefix=PATH)
    visitor.require_signed_in(routes, hub)

    @routes.get("")
    def show() -> Response:
        return _settings(hub, visitor.who(hub))

    _add_sign_out_everywhere(routes, hub)
    _add_confirmation(routes, hub)
    new_number.add_routes(routes, hub)
    new_app.add_routes(routes, hub)
    new_password.add_routes(routes, hub)
    recovery_codes.add_routes(routes, hub)
    return routes


def _settings(hub: Hub, who: SignedIn) -> Response:
    found = factor_changes.settings_of(hub, who)
    ways = found.ways
    return render.form(
        "security.html",
        title="Security settings",
        back="/",
        ways=ways,
        app_since=None if ways.app_since is None else for_reading(ways.app_since),
        password_since=(
            None if found.password_set_at is None else for_reading(found.password_set_at)
        ),
        other_sessions=found.other_sessions,
        happenings=happenings.told(history.recent(hub, who, events=happenings.EVENTS)),
    )


def _add_sign_out_everywhere(routes: Blueprint, hub: Hub) -> None:
    @routes.get("/sign-out-everywhere")
    def sure() -> Response:
        return render.form(
            "are_you_sure.html",
            title="Sign out everywhere",
            back=PATH,
            paragraphs=["This signs out every browser that uses your account, this one too."],
            action=f"{PATH}/sign-out-everywhere",
            button="Sign out everywhere",
        )

    @routes.post("/sign-out-everywhere")
    def sign_out() -> Response:
        sessions.end_everywhere(hub, visitor.who(hub))
        browser.sign_out(hub)
        browser.say_next("You are signed out everywhere.")
        return redirect("/sign-in", 303)


def _add_confirmation(routes: Blueprint, hub: Hub) -> None:
    @routes.errorhandler(SignInNeeded)
    def confirm_first(_error: SignInNeeded) -> Response:
        browser.keep(browser.AFTERWARDS, visitor.page_of(request.path))
        return redirect(f"{PATH}/confirm", 303)

    @routes.get("/confirm")
    def confirm() -> Response:
        return _confirm_page()

    @routes.post("/confirm")
    def confirmed() -> Response:
        try:
            begun = sign_in.begin_again(
                hub,
                visitor.who(hub),
                password=request.form.get("password", ""),
                tried_by=browser.place(hub),
            )
        except SignInRejected:
            return _confirm_page(Fault(text="The password is not correct", field="password"))
        except TooManyTries as exc:
            return _confirm_page(Fault.of(exc, hub.limits, field="password"))
        return sign_in_pages.go_on(hub, sign_in_pages.SignInStep(hub), begun.token)


def _confirm_page(fault: Fault | None = None) -> Response:
    return render.form("confirm.html", title="Confirm that it is you", fault=fault, back=PATH)
