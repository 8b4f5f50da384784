"""New recovery codes, shown once."""

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

from hub.accounts import factor_changes
from hub.accounts.hub import Hub
from hub.pages import render, visitor

PATH: Final = "/security/recovery-codes"


def add_routes(routes: Blueprint, hub: Hub) -> None:
    """Add the routes to those of the settings."""

    @routes.get("/recovery-codes")
    def recovery_codes() -> Response:
        who = visitor.who(hub)
        factor_changes.require_recent(hub, who)
        left = factor_changes.settings_of(hub, who).ways.recovery_codes_left
        paragraphs = ["With a recovery code you can sign in when you cannot use your phone."]
        if left:
            paragraphs.append("The codes that you have now will stop working.")
        return render.form(
            "are_you_sure.html",
            title="Get recovery codes",
            back="/security",
            paragraphs=paragraphs,
            action=PATH,
            button="Show new recovery codes",
        )

    @routes.post("/recovery-codes")
    def new_recovery_codes() -> Response:
        # Shown in answer to the form itself: they are kept nowhere from which to show them again.
        codes = factor_changes.make_recovery_codes(hub, visitor.who(hub))
        return render.form("new_codes.html", title="Your new recovery codes", codes=codes)
