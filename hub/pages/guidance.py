"""What the council says about the hub: pages that anyone may read."""

from flask import Blueprint, render_template


def blueprint() -> Blueprint:
    """Return the routes of the pages that only inform."""
    routes = Blueprint("guidance", __name__)

    @routes.get("/guidance")
    def guidance() -> str:
        return render_template(
            "guidance.html", title="Registering for the EHC Hub and signing in"
        )

    @routes.get("/needs-assessment")
    def needs_assessment() -> str:
        return render_template("needs_assessment.html", title="Request a needs assessment")

    return routes
