"""The hub's home, and signing out of it."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from hub.accounts import factor_changes
from hub.accounts.hub import Hub
from hub.pages import browser


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of the home page."""
    routes = Blueprint("home", __name__)

    @routes.get("/")
    def home() -> Response | str:
        signed_in = browser.signed_in(hub)
        if signed_in is None:
            return redirect("/sign-in", 303)
        ways = factor_changes.settings_of(hub, signed_in).ways
        return render_template(
            "home.html",
            title="The EHC Hub is open",
            codes_left=ways.recovery_codes_left,
            codes_are_few=ways.recovery_codes_left <= hub.limits.recovery_codes_low,
        )

    @routes.post("/sign-out")
    def sign_out() -> Response:
        browser.sign_out(hub)
        browser.say_next("You are signed out.")
        return redirect("/sign-in", 303)

    return routes
