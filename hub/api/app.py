"""The application behind the internal door."""

from pathlib import Path

import structlog
from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from hub import metrics
from hub.accounts import errors
from hub.accounts.hub import Hub
from hub.api import authenticators, factor_resets, invitations, problems, registrations, staff
from hub.api.bodies import Malformed
from hub.health import add_health
from hub.settings import Settings, officer_of
from wire.names import CORRELATION_ID
from wire.signing import BEARER, bearer_is_valid

CONTRACT = Path(__file__).parent.parent / "openapi.yaml"
LARGEST_BODY = 16 * 1024
FOR_STAFF = frozenset({"staff", "factor_resets"})
"""What the assistant's key does not open: whoever takes the assistant over erases nobody."""
FOR_BOTH = frozenset({"invitations"})
RETRY_AFTER_S = 2

log = structlog.get_logger(__name__)


def create_app(settings: Settings, hub: Hub) -> Flask:
    """Return the API: `/v1` for those with a key, health for everyone inside."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(registrations.blueprint(hub))
    app.register_blueprint(authenticators.blueprint(hub))
    app.register_blueprint(invitations.blueprint(hub))
    app.register_blueprint(staff.blueprint(hub))
    app.register_blueprint(factor_resets.blueprint(hub))
    add_health(app, hub)
    metrics.add(app, hub)
    _add_contract(app)
    _guard(app, settings)
    _translate_errors(app)
    return app


def _add_contract(app: Flask) -> None:
    @app.get("/openapi.yaml")
    def contract() -> Response:
        return Response(CONTRACT.read_text(), content_type="application/yaml")


def _guard(app: Flask, settings: Settings) -> None:
    of_assistant = [key.get_secret_value() for key in settings.hub_api_keys]

    @app.before_request
    def require_key() -> Response | None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            correlation=request.headers.get(CORRELATION_ID, "")[:64]
        )
        if not request.path.startswith("/v1/"):
            return None
        header = request.headers.get("Authorization", "")
        g.officer = officer_of(settings.hub_admin_keys, header.removeprefix(BEARER))
        is_staff = header.startswith(BEARER) and g.officer is not None
        is_assistant = bearer_is_valid(header, of_assistant)
        is_let_in = is_staff if request.blueprint in FOR_STAFF else is_assistant
        if request.blueprint in FOR_BOTH:
            is_let_in = is_staff or is_assistant
        if not is_let_in:
            log.warning("api.unauthorised")
            return problems.respond(
                problems.document(problems.UNAUTHORISED), headers={"WWW-Authenticate": "Bearer"}
            )
        return None

    @app.after_request
    def keep_nothing(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response


def _translate_errors(app: Flask) -> None:
    @app.errorhandler(errors.HubError)
    def refused(error: errors.HubError) -> Response:
        return problems.respond(problems.document_of(error))

    @app.errorhandler(Malformed)
    def malformed(error: Malformed) -> Response:
        return problems.respond(problems.document(problems.MALFORMED, fields=error.fields))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        problem = problems.HTTP_ERRORS.get(error.code or 500, problems.MALFORMED)
        allowed = {"Allow": ", ".join(sorted(getattr(error, "valid_methods", None) or ()))}
        return problems.respond(
            problems.document(problem), headers=allowed if problem.status == 405 else None
        )

    @app.errorhandler(SQLAlchemyError)
    def database_away(error: SQLAlchemyError) -> Response:
        log.error("api.database", error=type(error).__name__)
        return problems.respond(
            problems.document(problems.UNAVAILABLE), headers={"Retry-After": str(RETRY_AFTER_S)}
        )

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        log.error(
            "api.failed",
            error=type(error).__name__,
            path=request.url_rule and request.url_rule.rule,
        )
        return problems.respond(problems.document(problems.INTERNAL))
