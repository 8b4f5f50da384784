"""What the council says about the hub: pages that anyone may read."""

from flask import Blueprint, render_template

from hub.accounts.hub import Hub
from hub.pages import browser


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of the pages that only inform."""
    routes = Blueprint("guidance", __name__)

    @routes.before_request
    def recognise() -> None:
        browser.signed_in(hub)  # only so that the page's head offers to sign out

    @routes.get("/guidance")
    def guidance() -> str:
        return render_template("guidance.html", title="Registering for the EHC Hub and signing in")

    @routes.get("/needs-assessment")
    def needs_assessment() -> str:
        return render_template("needs_assessment.html", title="Request a needs assessment")

    return routes
