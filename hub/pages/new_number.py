"""Changing or removing the mobile number, while signed in."""

from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hub.accounts import factor_changes
from hub.accounts.errors import (
    CodeRejected,
    Limited,
    Locked,
    NumberNotAccepted,
    TextNotAccepted,
)
from hub.accounts.hub import Hub
from hub.pages import browser, render, visitor
from hub.pages.render import Fault
from hub.pages.text_page import TextPage

PATH: Final = "/security/number"
CODE: Final = TextPage(
    title="Confirm your new mobile number",
    path=f"{PATH}/code",
    other={"href": PATH, "text": "Use another number"},
)


def add_routes(routes: Blueprint, hub: Hub) -> None:
    """Add the routes to those of the settings."""

    @routes.get("/number")
    def number() -> Response:
        factor_changes.require_recent(hub, visitor.who(hub))
        return _number()

    @routes.post("/number")
    def send_code() -> Response:
        try:
            factor_changes.send_code(
                hub,
                visitor.who(hub),
                number=request.form.get("number", ""),
                tried_by=browser.place(hub),
            )
        except (NumberNotAccepted, Limited, TextNotAccepted) as exc:
            return _number(Fault.of(exc, hub.limits, field="number"))
        return redirect(CODE.path, 303)

    @routes.get("/number/code")
    def code() -> Response:
        return _code(hub)

    @routes.post("/number/code")
    def verify_code() -> Response:
        try:
            factor_changes.confirm_number(
                hub,
                visitor.who(hub),
                typed=request.form.get("code", ""),
                tried_by=browser.place(hub),
            )
        except (CodeRejected, Locked) as exc:
            return _code(hub, Fault.of(exc, hub.limits, field="code"))
        browser.say_next("Your mobile number is changed.")
        return redirect("/security", 303)

    @routes.post("/number/code/resend")
    def resend_code() -> Response:
        who = visitor.who(hub)
        return CODE.send(
            hub, lambda: factor_changes.resend_code(hub, who, tried_by=browser.place(hub))
        )

    _add_removal(routes, hub)


def _add_removal(routes: Blueprint, hub: Hub) -> None:
    @routes.get("/number/remove")
    def remove() -> Response:
        factor_changes.require_recent(hub, visitor.who(hub))
        return render.form(
            "are_you_sure.html",
            title="Remove your mobile number",
            back="/security",
            paragraphs=["After this you sign in with the codes of your authenticator app only."],
            action=f"{PATH}/remove",
            button="Remove the mobile number",
        )

    @routes.post("/number/remove")
    def removed() -> Response:
        factor_changes.remove_number(hub, visitor.who(hub))
        browser.say_next("Your mobile number is removed.")
        return redirect("/security", 303)


def _number(fault: Fault | None = None) -> Response:
    return render.form(
        "number.html",
        title="Change your mobile number",
        fault=fault,
        action=PATH,
        app_href=None,
        back="/security",
    )


def _code(hub: Hub, fault: Fault | None = None) -> Response:
    who = visitor.who(hub)
    ends_with = factor_changes.number_in_change(hub, who)
    if ends_with is None and fault is None:
        return redirect(PATH, 303)
    return CODE.show(
        hub, lambda: factor_changes.text_state(hub, who), ends_with=ends_with, fault=fault
    )
