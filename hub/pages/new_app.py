"""Setting up, replacing or removing the authenticator app, while signed in."""

from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hub.accounts import factor_changes
from hub.accounts.errors import CodeRejected, EnrolmentOver, Locked
from hub.accounts.hub import Hub
from hub.pages import app_page, browser, render, visitor
from hub.pages.render import Fault

PATH: Final = "/security/app"


def add_routes(routes: Blueprint, hub: Hub) -> None:
    """Add the routes to those of the settings."""

    @routes.get("/app")
    def app() -> Response:
        return _app(hub)

    @routes.post("/app")
    def confirm_app() -> Response:
        try:
            factor_changes.confirm_app(hub, visitor.who(hub), typed=request.form.get("code", ""))
        except EnrolmentOver as exc:
            browser.blame_next(hub, exc)
            return redirect(PATH, 303)
        except (CodeRejected, Locked) as exc:
            return _app(hub, Fault.of(exc, hub.limits, field="code"))
        browser.say_next("Your authenticator app is set up.")
        return redirect("/security", 303)

    @routes.get("/app/remove")
    def remove_app() -> Response:
        factor_changes.require_recent(hub, visitor.who(hub))
        return render.form(
            "are_you_sure.html",
            title="Remove your authenticator app",
            back="/security",
            paragraphs=["After this you sign in with codes that we send by text message."],
            action=f"{PATH}/remove",
            button="Remove the app",
        )

    @routes.post("/app/remove")
    def app_removed() -> Response:
        factor_changes.remove_app(hub, visitor.who(hub))
        browser.say_next("Your authenticator app is removed. You can delete it from your phone.")
        return redirect("/security", 303)


def _app(hub: Hub, fault: Fault | None = None) -> Response:
    return app_page.show(
        factor_changes.enrol_app(hub, visitor.who(hub)),
        title="Set up an authenticator app",
        why="You use a code from the app each time you sign in.",
        path=PATH,
        fault=fault,
        back="/security",
    )
