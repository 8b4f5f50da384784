"""`GET /helpdesk/conversations/<token>`: a conversation as a person may see it, for an hour.

Masked, read-only, and it reads itself again every few seconds. The token is the only key to it, so
the page leaves no trace of it: no cache, no referrer, no script.
"""

from typing import Final, Protocol

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from messaging.handoff.view import LiveView
from webhooks.guards import GuardedBlueprint, everybody

PREFIX: Final = "/helpdesk/conversations"
POLICY: Final = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"


class Views(Protocol):
    """What is asked of `messaging.handoff.view.LiveViews`."""

    def of(self, token: str) -> LiveView | None:
        """Return the conversation that a token opens; None: it opens none any more."""


def blueprint(*, views: Views) -> GuardedBlueprint:
    """Return the page; the signed token in its address is its guard."""
    door = GuardedBlueprint(
        "helpdesk_live",
        __name__,
        guard=everybody,
        url_prefix=PREFIX,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )

    @door.get("/<token>")
    def live(token: str) -> ResponseReturnValue:
        view = views.of(token)
        if view is None:
            return _dressed(Response(render_template("helpdesk/over.html"), 404))
        return _dressed(Response(render_template("helpdesk/live.html", view=view)))

    return door


def _dressed(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
