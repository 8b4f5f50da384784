"""What the doors say when something is wrong: short, and never what was sent."""

from typing import Any

import structlog
from flask import Flask, Response, jsonify, make_response
from werkzeug.exceptions import HTTPException

from messaging.errors import DatabaseAway, SpoolAway

_log = structlog.get_logger(__name__)


def problem(status: int, name: str, **members: Any) -> Response:
    """Return an RFC 9457 document."""
    document = {"type": f"urn:ehc-messaging:problem:{name}", "status": status, **members}
    response = make_response(jsonify(document), status)
    response.mimetype = "application/problem+json"
    return response


def install(app: Flask) -> None:
    """Turn every error of an application into such a document."""

    @app.errorhandler(HTTPException)
    def known(exc: HTTPException) -> Response:
        status = exc.code or 500
        response = problem(status, (exc.name or "error").lower().replace(" ", "-"))
        for name, value in exc.get_headers():
            if name.lower() in ("allow", "retry-after"):
                response.headers[name] = value
        return response

    @app.errorhandler(DatabaseAway)
    @app.errorhandler(SpoolAway)
    def away(exc: DatabaseAway | SpoolAway) -> Response:
        _log.error("door.storage_away", cause=str(exc))
        response = problem(503, "storage-away")
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(Exception)
    def unknown(exc: Exception) -> Response:
        _log.error("door.broke", exc_info=exc)
        return problem(500, "internal-error")
