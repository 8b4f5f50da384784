"""The pages for what should not have happened, in words that say what to do next."""

from typing import Final

import structlog
from flask import Flask, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from hub.accounts.errors import HubError
from hub.accounts.hub import Hub
from hub.pages import render, words

log = structlog.get_logger(__name__)

UNREADABLE: Final = ("The EHC Hub could not read that", ("Go back and try again.",))
TOLD: Final = {
    403: ("This form came from another site", ("Nothing was changed. Use the EHC Hub itself.",)),
    404: ("Page not found", ("Check that the address is complete and correct.",)),
    405: ("This page cannot be opened like that", ("Go back and use the button on the page.",)),
    413: ("You entered too much", ("Go back, enter less and try again.",)),
    429: ("You tried too many times", ("Wait a few minutes, then try again.",)),
}


def add_fault_pages(app: Flask, hub: Hub) -> None:
    """Answer whatever no route answered."""

    @app.errorhandler(CSRFError)
    def page_too_old(error: CSRFError) -> Response:
        log.info("page.csrf", reason=type(error).__name__)
        return render.message(
            400,
            "This page was open for too long",
            "Nothing was changed. Go back, reload the page and try again.",
            "Your browser must accept cookies from the EHC Hub.",
            action=render.GO_TO_HUB,
        )

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        title, paragraphs = TOLD.get(status, UNREADABLE)
        page = render.message(status, title, *paragraphs, action=render.GO_TO_HUB)
        if status == 405 and error.get_response().headers.get("Allow"):
            page.headers["Allow"] = error.get_response().headers["Allow"]
        return page

    @app.errorhandler(HubError)
    def refused(error: HubError) -> Response:
        # A form shows its own faults; here ends what came out of turn.
        text = words.fault(error, hub.limits)
        return render.message(
            words.status(error), "You cannot do this now", f"{text}.", action=render.GO_TO_HUB
        )

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        is_database = isinstance(error, SQLAlchemyError)
        rule = request.url_rule.rule if request.url_rule else ""
        log.error("page.failed", error=type(error).__name__, rule=rule)
        return render.message(
            503 if is_database else 500,
            "Sorry, there is a problem with the EHC Hub",
            "Try again in a few minutes.",
            action=render.GO_TO_HUB,
        )
