"""The web application: Twilio's API, the control API, the pages and the health doors."""

from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import Forbidden, HTTPException

from simulator.carrier.api import refuse
from simulator.carrier.refusals import TwilioRefusal
from simulator.carrier.resource import API
from simulator.control import control_api
from simulator.pages.routes import pages
from simulator.world import World

LARGEST_REQUEST = 1024 * 1024
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self'"
    ),
    # Not no-referrer: browsers then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def create_app(world: World) -> Flask:
    """Return the application over a world."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.register_blueprint(world.api.blueprint())
    app.register_blueprint(control_api(world))
    app.register_blueprint(pages(world))
    app.before_request(_refuse_other_sites)
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, _in_the_callers_form)

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="alive")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        missing = [] if world.mail_door.is_open else ["smtp"]
        return jsonify(status="unready" if missing else "ready", missing=missing), (
            503 if missing else 200
        )

    return app


def _refuse_other_sites() -> None:
    """Refuse changes that another web site has a browser make."""
    origin = request.headers.get("Origin")
    if request.method in CHANGING and origin and urlsplit(origin).netloc != request.host:
        raise Forbidden("Another site may not change anything here.")


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _in_the_callers_form(error: HTTPException) -> Response | tuple[Response, int]:
    """Answer Twilio's clients in Twilio's form; everyone else as the web does."""
    if request.path.startswith(API):
        code = {404: 20404, 405: 20004}.get(error.code or 500, 20500)
        return refuse(TwilioRefusal(code, request.path, status=error.code))
    response = error.get_response()
    return Response(response.get_data(), response.status_code, response.headers)
