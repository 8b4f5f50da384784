"""`GET /metrics` for Prometheus, on the internal port only."""

from flask import Response
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from webhooks.guards import Guard, GuardedBlueprint


def blueprint(*, registry: CollectorRegistry, guard: Guard) -> GuardedBlueprint:
    """Return the door for metrics."""
    door = GuardedBlueprint("metrics", __name__, guard=guard)

    @door.get("/metrics")
    def metrics() -> ResponseReturnValue:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return door
