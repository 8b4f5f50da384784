"""`/v1/registrations/{id}/authenticators` and `…/status`: the app, set up in a conversation."""

from flask import Blueprint, Response, jsonify

from hub.accounts import app_proof, registration_status
from hub.accounts.hub import Hub
from hub.api import answers, bodies, shapes
from hub.api.answers import Answer


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of a registration's authenticator app and its status."""
    routes = Blueprint("authenticators", __name__, url_prefix="/v1/registrations")

    @routes.post("/<uuid:registration_id>/authenticators")
    def enrol(registration_id: object) -> Response:
        bodies.read(bodies.Nothing)

        def operation() -> Answer:
            enrolment = app_proof.enrol(hub, str(registration_id))
            return Answer(status=201, body=shapes.enrolment(enrolment))

        return answers.once(hub, operation)

    @routes.post("/<uuid:registration_id>/authenticators/check")
    def confirm(registration_id: object) -> Response:
        body = bodies.read(bodies.CheckCode)

        def operation() -> Answer:
            progress = app_proof.confirm(hub, str(registration_id), typed=body.code)
            return Answer(status=200, body=shapes.registration(progress))

        return answers.once(hub, operation)

    @routes.get("/<uuid:registration_id>/status")
    def status(registration_id: object) -> Response:
        found = registration_status.of_registration(hub, str(registration_id))
        return jsonify(shapes.status(found))

    return routes
