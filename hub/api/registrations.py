"""`/v1/registrations`: what the assistant does for a parent."""

from flask import Blueprint, Response, jsonify

from hub.accounts import completion, number_proof, registrations
from hub.accounts.hub import Hub
from hub.api import answers, bodies, shapes
from hub.api.answers import Answer


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes of registrations."""
    routes = Blueprint("registrations", __name__, url_prefix="/v1/registrations")

    @routes.post("")
    def begin() -> Response:
        body = bodies.read(bodies.BeginRegistration)

        def operation() -> Answer:
            progress = registrations.begin(
                hub, code=body.invitation_code, conversation_id=body.conversation_id
            )
            return Answer(status=201, body=shapes.registration(progress))

        return answers.once(hub, operation)

    @routes.get("")
    def newest() -> Response:
        conversation_id = bodies.conversation_of_query()
        progress = registrations.newest(hub, conversation_id=conversation_id)
        return jsonify(registration=None if progress is None else shapes.registration(progress))

    @routes.get("/<uuid:registration_id>")
    def show(registration_id: object) -> Response:
        progress = registrations.progress(hub, str(registration_id))
        return jsonify(shapes.registration(progress))

    @routes.delete("/<uuid:registration_id>")
    def let_go(registration_id: object) -> Response:
        def operation() -> Answer:
            registrations.let_go(hub, str(registration_id))
            return Answer(status=204)

        return answers.once(hub, operation)

    _add_steps(routes, hub)
    _add_security_codes(routes, hub)
    return routes


def _add_steps(routes: Blueprint, hub: Hub) -> None:
    @routes.put("/<uuid:registration_id>/number")
    def give_number(registration_id: object) -> Response:
        body = bodies.read(bodies.GiveNumber)

        def operation() -> Answer:
            progress = registrations.give_number(hub, str(registration_id), typed=body.number)
            return Answer(status=200, body=shapes.registration(progress))

        return answers.once(hub, operation)

    @routes.post("/<uuid:registration_id>/continue-links")
    def make_continue_link(registration_id: object) -> Response:
        bodies.read(bodies.Nothing)

        def operation() -> Answer:
            link = completion.continue_link(hub, str(registration_id))
            return Answer(status=201, body=shapes.continue_link(link))

        return answers.once(hub, operation)


def _add_security_codes(routes: Blueprint, hub: Hub) -> None:
    @routes.post("/<uuid:registration_id>/security-codes")
    def send_code(registration_id: object) -> Response:
        bodies.read(bodies.Nothing)

        def operation() -> Answer:
            sent = number_proof.send_code(hub, str(registration_id))
            progress = registrations.progress(hub, str(registration_id))
            return Answer(
                status=202,
                body=shapes.sent(sent, number_ends_with=progress.number_ends_with),
                outgoing_id=sent.outgoing_id,
            )

        return answers.once(hub, operation)

    @routes.post("/<uuid:registration_id>/security-codes/check")
    def check_code(registration_id: object) -> Response:
        body = bodies.read(bodies.CheckCode)

        def operation() -> Answer:
            progress = number_proof.check_code(hub, str(registration_id), typed=body.code)
            return Answer(status=200, body=shapes.registration(progress))

        return answers.once(hub, operation)

    @routes.get("/<uuid:registration_id>/security-codes/latest")
    def latest_text(registration_id: object) -> Response:
        return jsonify(shapes.text_state(number_proof.text_state(hub, str(registration_id))))
