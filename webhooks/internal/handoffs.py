"""`GET /v1/handoffs/{conversation_id}/offer` (docs/contracts.md)."""

from dataclasses import asdict

from flask import jsonify
from flask.typing import ResponseReturnValue

from messaging.handoff.facts import OfferDoor
from webhooks.guards import Guard, GuardedBlueprint
from wire.names import HANDOFFS_PATH


def blueprint(*, offers: OfferDoor, guard: Guard) -> GuardedBlueprint:
    """Return the door for the facts of an offer."""
    door = GuardedBlueprint("handoffs", __name__, guard=guard, url_prefix=HANDOFFS_PATH)

    @door.get("/<conversation_id>/offer")
    def offer(conversation_id: str) -> ResponseReturnValue:
        facts = offers.facts(conversation_id)
        return jsonify(offer=None if facts is None else asdict(facts))

    return door
