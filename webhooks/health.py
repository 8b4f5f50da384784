"""`GET /healthz` (alive) and `GET /readyz` (a text can be answered)."""

from collections.abc import Callable

from flask import jsonify
from flask.typing import ResponseReturnValue

from webhooks.guards import GuardedBlueprint, everybody


def blueprint(*, missing: Callable[[], list[str]]) -> GuardedBlueprint:
    """Return the door for health; `missing` names what keeps a text from being answered."""
    door = GuardedBlueprint("health", __name__, guard=everybody)

    @door.get("/healthz")
    def alive() -> ResponseReturnValue:
        return jsonify(status="ok")

    @door.get("/readyz")
    def ready() -> ResponseReturnValue:
        lacks = missing()
        if lacks:
            return jsonify(status="not ready", missing=lacks), 503
        return jsonify(status="ok")

    return door
