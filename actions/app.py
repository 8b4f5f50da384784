"""The action server: Rasa's protocol for custom actions behind a bearer token.

The SDK's own application answers anyone, allows every origin, and puts the whole request, the
conversation with it, into the body of a 500. This one does not; the SDK's executor does the work.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException
from sanic import Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse, empty, json
from structlog import contextvars

from actions.core.services import Services
from actions.registry import all_actions
from clients.errors import ClientError
from clients.vault import VaultExpired
from wire import correlation
from wire.names import ACTIONS_WEBHOOK_PATH, CORRELATION_ID
from wire.signing import bearer_is_valid

log = structlog.get_logger(__name__)

MAX_REQUEST_BYTES = 4_000_000
"""A whole conversation travels with each call; a long one has some 500 kB."""

_NEVER_A_REFERENCE = "0" * 32


App = Sanic[Any, Any]


def create_app(services: Services, tokens: Sequence[str], *, name: str = "actions") -> App:
    """Return the application; nothing is opened before the first request."""
    app: App = Sanic(name, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_REQUEST_BYTES
    app.config.KEEP_ALIVE_TIMEOUT = 120
    _serve_actions(app, services, tokens)
    _serve_health(app, services)
    app.error_handler.add(Exception, _on_error)
    return app


def _serve_actions(app: App, services: Services, tokens: Sequence[str]) -> None:
    executor = ActionExecutor()
    for action in all_actions(services):
        executor.register_action(action)

    @app.post(ACTIONS_WEBHOOK_PATH)
    async def webhook(request: Request) -> HTTPResponse:
        """Run one action."""
        if not bearer_is_valid(request.headers.get("authorization"), tokens):
            return json({"error": "unauthorised"}, HTTPStatus.UNAUTHORIZED)
        call = request.json
        if not isinstance(call, dict) or not isinstance(call.get("next_action"), str):
            return json({"error": "not an action call"}, HTTPStatus.BAD_REQUEST)
        given = request.headers.get(CORRELATION_ID, "")
        try:
            with correlation.bound(given) as turn, contextvars.bound_contextvars(turn=turn):
                # No action of ours reads the domain, and without one the executor refuses to run.
                result = await executor.run({**call, "domain": {}})
        except ActionNotFoundException:
            return json({"error": "no such action"}, HTTPStatus.NOT_FOUND)
        return empty(HTTPStatus.NO_CONTENT) if result is None else json(result.model_dump())


def _serve_health(app: App, services: Services) -> None:
    @app.get("/healthz")
    async def healthz(_request: Request) -> HTTPResponse:
        """Tell that the process is alive."""
        return json({"status": "ok"})

    @app.get("/readyz")
    async def readyz(_request: Request) -> HTTPResponse:
        """Tell whether journeys can go on: the hub and the vault answer."""
        missing = await _missing(services)
        if missing:
            return json({"status": "not ready", "missing": missing}, HTTPStatus.SERVICE_UNAVAILABLE)
        return json({"status": "ready"})


def _on_error(_request: Request, exc: Exception) -> HTTPResponse:
    """Answer without a word of the request or the error."""
    if isinstance(exc, SanicException):
        return json({"error": "request not served"}, exc.status_code)
    log.error("request.broken", error=type(exc).__name__)
    return json({"error": "internal"}, HTTPStatus.INTERNAL_SERVER_ERROR)


async def _missing(services: Services) -> list[str]:
    missing = []
    try:
        await services.hub.ping()
    except ClientError:
        missing.append("hub")
    try:
        await services.vault.get(_NEVER_A_REFERENCE)
    except VaultExpired:
        pass  # the vault has looked
    except ClientError:
        missing.append("vault")
    return missing
