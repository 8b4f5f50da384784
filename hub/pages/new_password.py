"""Choosing another password, while signed in."""

from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hub.accounts import password_change
from hub.accounts.errors import PasswordRefused, SignInRejected, TooManyTries
from hub.accounts.hub import Hub
from hub.pages import browser, render, visitor
from hub.pages.render import Fault

PATH: Final = "/security/password"


def add_routes(routes: Blueprint, hub: Hub) -> None:
    """Add the routes to those of the settings."""

    @routes.get("/password")
    def password() -> Response:
        return _page(hub)

    @routes.post("/password")
    def change_password() -> Response:
        try:
            password_change.change(
                hub,
                visitor.who(hub),
                current=request.form.get("current", ""),
                password=request.form.get("password", ""),
            )
        except PasswordRefused as exc:
            return _page(hub, Fault.of(exc, hub.limits, field="password"))
        except SignInRejected:
            return _page(hub, Fault(text="The current password is not correct", field="current"))
        except TooManyTries as exc:
            return _page(hub, Fault.of(exc, hub.limits, field="current"))
        browser.say_next("Your password is changed. Other browsers are signed out.")
        return redirect("/security", 303)


def _page(hub: Hub, fault: Fault | None = None) -> Response:
    return render.form(
        "change_password.html",
        title="Change your password",
        fault=fault,
        back="/security",
        min_length=hub.limits.password_min_length,
    )
