"""`GET /v1/handoffs/{conversation_id}/offer` (docs/contracts.md), and the manager's page."""

from dataclasses import asdict

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from messaging.handoff import report
from messaging.handoff.facts import OfferDoor
from messaging.store.database import Database
from webhooks.guards import Guard, GuardedBlueprint
from wire.clock import Clock
from wire.names import HANDOFFS_PATH


def blueprint(*, offers: OfferDoor, guard: Guard) -> GuardedBlueprint:
    """Return the door for the facts of an offer."""
    door = GuardedBlueprint("handoffs", __name__, guard=guard, url_prefix=HANDOFFS_PATH)

    @door.get("/<conversation_id>/offer")
    def offer(conversation_id: str) -> ResponseReturnValue:
        facts = offers.facts(conversation_id)
        return jsonify(offer=None if facts is None else asdict(facts))

    return door


def page(*, database: Database, clock: Clock, guard: Guard) -> GuardedBlueprint:
    """Return the manager's page, `GET /handoffs`."""
    door = GuardedBlueprint("handoffs_page", __name__, guard=guard, template_folder="templates")

    @door.get("/handoffs")
    def handoffs() -> ResponseReturnValue:
        with database.reading() as connection:
            made = report.make(connection, now=clock.now())
        answer = Response(
            render_template("internal/handoffs.html", report=made, wait=report.say_seconds)
        )
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Content-Security-Policy"] = "default-src 'none'"
        return answer

    return door
