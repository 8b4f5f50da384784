"""`/v1/invitations`, what anyone may ask for by an address."""

from flask import Blueprint, Response

from hub.accounts import invitations, mail_requests
from hub.accounts.hub import Hub
from hub.api import answers, bodies, shapes
from hub.api.answers import Answer

ACTOR = "api"


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes by which mails are asked for."""
    routes = Blueprint("invitations", __name__, url_prefix="/v1")

    @routes.post("/invitations")
    def invite() -> Response:
        body = bodies.read(bodies.GiveEmail)

        def operation() -> Answer:
            invited = invitations.invite(hub, email=body.email, actor=ACTOR)
            return Answer(status=201, body=shapes.invited(invited))

        return answers.once(hub, operation)

    @routes.post("/invitation-requests")
    def ask_for_invitation() -> Response:
        return _ask(mail_requests.INVITATION)

    @routes.post("/password-reset-requests")
    def ask_for_reset() -> Response:
        return _ask(mail_requests.RESET)

    @routes.post("/factor-help-requests")
    def ask_for_help() -> Response:
        return _ask(mail_requests.FACTOR_RESET)

    def _ask(kind: str) -> Response:
        body = bodies.read(bodies.GiveEmail)

        def operation() -> Answer:
            mail_requests.ask(hub, kind, email=body.email)
            return Answer(status=202, body={})

        return answers.once(hub, operation)

    return routes
