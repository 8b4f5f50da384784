"""Proving who one is by a second factor: the same pages at sign-in and for a new password."""

from typing import Final, Protocol

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hub.accounts.errors import CodeRejected, FactorNotSet, Locked
from hub.accounts.hub import Hub
from hub.accounts.second_factor import APP, RECOVERY_CODE, TEXT, Method, Ways
from hub.accounts.texting import TextState
from hub.pages import render
from hub.pages.render import Fault
from hub.pages.text_page import TextPage

NO_PHONE: Final = "I cannot use my phone"


class Step(Protocol):
    """What a second factor is asked for."""

    path: str
    """Where the pages of the step are: `<path>/app`, `<path>/text` and so on."""
    ending: str
    """What their titles end with, so that no two are alike."""
    help_path: str
    """Where to ask the helpdesk for help without a phone and without recovery codes."""

    def ways(self) -> Ways:
        """Return how the account can prove it."""

    def send(self) -> object:
        """Text a code, and see it handed over."""

    def text_state(self) -> TextState:
        """Return what became of the newest text."""

    def finish(self, method: Method, typed: str) -> Response:
        """Check what was given, and go on."""


def add_second_step(routes: Blueprint, hub: Hub, step: Step) -> None:
    """Add the pages of a second factor; the blueprint handles what ends the whole step."""

    @routes.get("/code")
    def choose_way() -> Response:
        ways = step.ways()
        if ways.has_app:
            return redirect(f"{step.path}/app", 303)
        return render.form(
            "send_code.html",
            title=f"Get a security code{step.ending}",
            action=f"{step.path}/text/resend",
            ends_with=ways.number_ends_with,
            no_phone=_no_phone(step),
        )

    @routes.errorhandler(FactorNotSet)
    def other_way(_error: FactorNotSet) -> Response:
        return redirect(f"{step.path}/code", 303)

    _add_app(routes, hub, step)
    _add_text(routes, hub, step)
    _add_recovery_code(routes, hub, step)


def _add_app(routes: Blueprint, hub: Hub, step: Step) -> None:
    @routes.get("/app")
    def app() -> Response:
        return _app(step)

    @routes.post("/app")
    def verify_app() -> Response:
        try:
            return step.finish(APP, request.form.get("code", ""))
        except (CodeRejected, Locked) as exc:
            return _app(step, Fault.of(exc, hub.limits, field="code"))


def _add_text(routes: Blueprint, hub: Hub, step: Step) -> None:
    page = text_page(step)

    @routes.get("/text")
    def text() -> Response:
        return _text(hub, step, page)

    @routes.post("/text")
    def verify_text() -> Response:
        try:
            return step.finish(TEXT, request.form.get("code", ""))
        except (CodeRejected, Locked) as exc:
            return _text(hub, step, page, Fault.of(exc, hub.limits, field="code"))

    @routes.post("/text/resend")
    def resend_text() -> Response:
        _require_number(step)
        return page.send(hub, step.send)


def _add_recovery_code(routes: Blueprint, hub: Hub, step: Step) -> None:
    @routes.get("/recovery-code")
    def recovery_code() -> Response:
        return _recovery_code(step)

    @routes.post("/recovery-code")
    def use_recovery_code() -> Response:
        try:
            return step.finish(RECOVERY_CODE, request.form.get("recovery-code", ""))
        except (CodeRejected, Locked) as exc:
            fault = Fault.of(exc, hub.limits, field="recovery-code", of_recovery_code=True)
            return _recovery_code(step, fault)


def text_page(step: Step) -> TextPage:
    """Return the page of a step that waits for a text message's code."""
    return TextPage(
        title=f"Enter the code from your text message{step.ending}",
        path=f"{step.path}/text",
        other=_no_phone(step),
    )


def _no_phone(step: Step) -> dict[str, str]:
    return {"href": f"{step.path}/recovery-code", "text": NO_PHONE}


def _require_number(step: Step) -> Ways:
    ways = step.ways()
    if not ways.has_number:
        raise FactorNotSet
    return ways


def _app(step: Step, fault: Fault | None = None) -> Response:
    ways = step.ways()
    if not ways.has_app:
        raise FactorNotSet
    return render.form(
        "app_code.html",
        title=f"Enter the code from your app{step.ending}",
        fault=fault,
        action=f"{step.path}/app",
        sms_action=f"{step.path}/text/resend" if ways.has_number else None,
        no_phone=_no_phone(step),
    )


def _text(hub: Hub, step: Step, page: TextPage, fault: Fault | None = None) -> Response:
    ways = _require_number(step)
    return page.show(hub, step.text_state, ends_with=ways.number_ends_with, fault=fault)


def _recovery_code(step: Step, fault: Fault | None = None) -> Response:
    step.ways()  # whoever has not come this far learns so now, not after typing
    return render.form(
        "recovery_code.html",
        title=f"Enter a recovery code{step.ending}",
        fault=fault,
        action=f"{step.path}/recovery-code",
        back=f"{step.path}/code",
        help_path=step.help_path,
    )
