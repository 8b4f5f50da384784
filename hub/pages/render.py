"""How the pages are put together: a form that went wrong, a page that only says something."""

from dataclasses import dataclass
from typing import Any, Final

from flask import make_response, render_template
from werkzeug.wrappers import Response

from hub.accounts.errors import HubError
from hub.accounts.limits import Limits
from hub.pages import words

GO_TO_HUB: Final = {"href": "/", "text": "Go to the EHC Hub"}
SIGN_IN: Final = {"href": "/sign-in", "text": "Sign in"}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with a form, at which field."""

    text: str
    field: str
    status: int = 422

    @classmethod
    def of(
        cls, error: HubError, limits: Limits, *, field: str, of_recovery_code: bool = False
    ) -> "Fault":
        """Return the fault that an answer of a use case is."""
        text = words.recovery_code_fault(error) if of_recovery_code else None
        return cls(text=text or words.fault(error, limits), field=field, status=words.status(error))


def form(template: str, *, title: str, fault: Fault | None = None, **values: Any) -> Response:
    """Return a page with a form, with what was wrong with it."""
    page = render_template(template, title=title, fault=fault, **values)
    return make_response(page, 200 if fault is None else fault.status)


def message(
    status: int, title: str, *paragraphs: str, action: dict[str, str] | None = None
) -> Response:
    """Return a page that says something, and where to go next."""
    page = render_template("message.html", title=title, paragraphs=paragraphs, action=action)
    return make_response(page, status)
