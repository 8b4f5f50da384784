"""`/v1/factor-resets`: what the helpdesk does for a person who lost every second factor.

Who an officer is, the key says; no caller can name another.
"""

from collections.abc import Callable

from flask import Blueprint, Response, g, jsonify

from hub.accounts import factor_resets
from hub.accounts.factor_resets import Reset
from hub.accounts.hub import Hub
from hub.api import answers, bodies, shapes
from hub.api.answers import Answer


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of the helpdesk."""
    routes = Blueprint("factor_resets", __name__, url_prefix="/v1/factor-resets")

    @routes.get("")
    def waiting() -> Response:
        resets = [shapes.factor_reset(reset) for reset in factor_resets.waiting(hub)]
        return jsonify(factor_resets=resets)

    @routes.get("/<uuid:reset_id>")
    def show(reset_id: object) -> Response:
        return jsonify(shapes.factor_reset(factor_resets.show(hub, str(reset_id))))

    @routes.get("/<uuid:reset_id>/contact")
    def contact(reset_id: object) -> Response:
        found = factor_resets.whom_to_call(hub, str(reset_id), officer=g.officer)
        return jsonify(number=found.number, email=found.email)

    @routes.post("/<uuid:reset_id>/call-back")
    def call_back(reset_id: object) -> Response:
        return _step(hub, str(reset_id), factor_resets.called_back)

    @routes.post("/<uuid:reset_id>/approval")
    def approve(reset_id: object) -> Response:
        return _step(hub, str(reset_id), factor_resets.approve)

    @routes.post("/<uuid:reset_id>/refusal")
    def refuse(reset_id: object) -> Response:
        return _step(hub, str(reset_id), factor_resets.refuse)

    return routes


def _step(hub: Hub, reset_id: str, take: Callable[..., Reset]) -> Response:
    bodies.read(bodies.Nothing)

    def operation() -> Answer:
        reset = take(hub, reset_id, officer=g.officer)
        return Answer(status=200, body=shapes.factor_reset(reset))

    return answers.once(hub, operation)
