"""The hub's home and signing out of it."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from hub.accounts.hub import Hub
from hub.pages import browser


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of the home page."""
    routes = Blueprint("home", __name__)

    @routes.get("/")
    def home() -> str:
        if browser.signed_in(hub) is None:
            return render_template(
                "message.html",
                title="You are not signed in",
                paragraphs=[
                    "To register, open the link in your invitation email.",
                ],
                action=None,
            )
        return render_template("home.html", title="The EHC Hub is open")

    @routes.post("/sign-out")
    def sign_out() -> Response:
        browser.sign_out(hub)
        return redirect("/", 303)

    return routes
