"""Whether the hub is alive, and whether it can do its job; on both doors."""

import structlog
from flask import Flask, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from hub.accounts.hub import Hub

log = structlog.get_logger(__name__)


def add_health(app: Flask, hub: Hub) -> None:
    """Add `/healthz` and `/readyz`."""

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="alive")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        missing = []
        try:
            hub.store.require_ready()
        except SQLAlchemyError as exc:
            log.error("hub.not_ready", error=type(exc).__name__)  # noqa: TRY400 - no parameters in logs
            missing.append("database")
        return jsonify(status="ready" if not missing else "not ready", missing=missing), (
            503 if missing else 200
        )
