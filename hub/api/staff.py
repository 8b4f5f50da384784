"""What council staff do: lists of invitations, locks, erasure. For the keys of staff systems."""

from flask import Blueprint, Response, g, jsonify, request

from hub.accounts import erasure, imports, invitations, overview, unlocking
from hub.accounts.errors import NotFound
from hub.accounts.hub import Hub
from hub.api import answers, bodies, shapes
from hub.api.answers import Answer

LARGEST_LIST = 1024 * 1024


def blueprint(hub: Hub) -> Blueprint:
    """Return the routes for staff systems."""
    routes = Blueprint("staff", __name__, url_prefix="/v1")

    @routes.post("/invitation-withdrawals")
    def withdraw() -> Response:
        body = bodies.read(bodies.GiveEmail)

        def operation() -> Answer:
            withdrawn = invitations.withdraw(hub, email=body.email, actor=_actor())
            return Answer(status=200, body={"withdrawn": withdrawn})

        return answers.once(hub, operation)

    @routes.post("/invitation-imports")
    def import_invitations() -> Response:
        request.max_content_length = LARGEST_LIST
        content = bodies.read_csv()

        def operation() -> Answer:
            import_id = imports.begin(hub, content, actor=_actor())
            return Answer(status=202, body=shapes.report(imports.report(hub, import_id)))

        return answers.once(hub, operation)

    @routes.get("/invitation-imports/<uuid:import_id>")
    def report(import_id: object) -> Response:
        return jsonify(shapes.report(imports.report(hub, str(import_id))))

    _add_accounts(routes, hub)
    return routes


def _actor() -> str:
    """Return whose key it was, for the record."""
    return f"staff:{g.officer}"


def _add_accounts(routes: Blueprint, hub: Hub) -> None:
    @routes.post("/accounts/overview")
    def show() -> Response:
        body = bodies.read(bodies.GiveEmail)
        found = overview.of_address(hub, body.email)
        if found is None:
            raise NotFound
        return jsonify(found.facts())

    @routes.post("/accounts/unlock")
    def unlock() -> Response:
        body = bodies.read(bodies.GiveEmail)

        def operation() -> Answer:
            account_id = unlocking.unlock(hub, email=body.email, actor=_actor())
            return Answer(status=200, body={"account_id": account_id})

        return answers.once(hub, operation)

    @routes.post("/accounts/erase")
    def erase() -> Response:
        body = bodies.read(bodies.GiveEmail)

        def operation() -> Answer:
            account_id = erasure.erase(hub, email=body.email, actor=_actor())
            return Answer(status=200, body={"account_id": account_id})

        return answers.once(hub, operation)
