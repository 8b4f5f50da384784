"""The element's files, and the demo page that shows them at work."""

import hashlib
from pathlib import Path
from typing import Final

from flask import Response, abort, render_template, request

from webhooks.guards import GuardedBlueprint, everybody

STATIC: Final = Path(__file__).parent / "static"
FILES: Final = {
    "ehc-chat.js": "text/javascript; charset=utf-8",
    "ehc-chat.css": "text/css; charset=utf-8",
}
DEMO_FILES: Final = {"demo.css": "text/css; charset=utf-8"}
DEMO_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)
"""As strict as a page can be; the element has to live with it."""

_MAX_AGE_S = 300


def blueprint(*, shows_demo: bool) -> GuardedBlueprint:
    """Return the routes under `/webchat`: the element, and the demo page where it is wanted."""
    routes = GuardedBlueprint(
        "webchat_site",
        __name__,
        guard=everybody,
        url_prefix="/webchat",
        template_folder="templates",
    )
    files = {name: _File(STATIC / name, kind) for name, kind in FILES.items()}
    if shows_demo:
        files |= {name: _File(STATIC / name, kind) for name, kind in DEMO_FILES.items()}

    @routes.get("/<name>")
    def file(name: str) -> Response:
        return files[name].answer() if name in files else abort(404)

    if shows_demo:

        @routes.get("/demo")
        def demo() -> Response:
            answer = Response(render_template("webchat/demo.html"))
            answer.headers["Content-Security-Policy"] = DEMO_POLICY
            answer.headers["X-Content-Type-Options"] = "nosniff"
            answer.headers["Referrer-Policy"] = "no-referrer"
            return answer

    return routes


class _File:
    """A file that lives as long as the process."""

    def __init__(self, path: Path, kind: str) -> None:
        self._body = path.read_bytes()
        self._kind = kind
        self._tag = hashlib.sha256(self._body).hexdigest()[:32]

    def answer(self) -> Response:
        answer = Response(self._body, content_type=self._kind)
        answer.set_etag(self._tag)
        # Any page may load it, also with a checksum in its tag (integrity, crossorigin).
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.cache_control.public = True
        answer.cache_control.max_age = _MAX_AGE_S
        answer.make_conditional(request)
        return answer
