"""`POST /v1/texts` and `GET /v1/texts/{text_id}` (docs/contracts.md)."""

import math
from datetime import timedelta
from typing import Any

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue

from messaging.errors import TextRefused, TooMany
from messaging.requested import Request, RequestedTexts
from messaging.store.outbox import Text
from webhooks.guards import Guard, GuardedBlueprint
from webhooks.problems import problem
from wire.names import IDEMPOTENCY_KEY, TEXTS_PATH


def blueprint(*, texts: RequestedTexts, guard: Guard) -> GuardedBlueprint:
    """Return the door for texts."""
    door = GuardedBlueprint("texts", __name__, guard=guard, url_prefix=TEXTS_PATH)

    @door.post("")
    def create() -> ResponseReturnValue:
        try:
            text = texts.create(_wanted())
        except TextRefused as exc:
            return problem(422, "text-refused", field=exc.field, reason=exc.reason)
        except TooMany as exc:
            return _too_many(exc)
        return jsonify(text_id=text.text_id, state=text.state, reason=text.reason), 202

    @door.get("/<text_id>")
    def state(text_id: str) -> ResponseReturnValue:
        text = texts.find(text_id)
        if text is None:
            abort(404)
        return jsonify(_document(text))

    return door


def _too_many(exc: TooMany) -> ResponseReturnValue:
    seconds = max(1, math.ceil(exc.retry_after.total_seconds()))
    response = problem(429, "too-many-texts", ceiling=exc.ceiling, retry_after_s=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def _wanted() -> Request:
    document = request.get_json(silent=True)
    if not isinstance(document, dict):
        raise TextRefused("body", "not_a_json_object")
    seconds = document.get("valid_for_s")
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise TextRefused("valid_for_s", "not_a_number")
    if abs(seconds) > timedelta(days=1).total_seconds():
        raise TextRefused("valid_for_s", "out_of_range")
    return Request(
        idempotency_key=request.headers.get(IDEMPOTENCY_KEY, ""),
        to=_string(document, "to"),
        body=_string(document, "body"),
        purpose=_string(document, "purpose"),
        valid_for=timedelta(seconds=seconds),
    )


def _string(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise TextRefused(name, "not_a_string")
    return value


def _document(text: Text) -> dict[str, Any]:
    return {
        "text_id": text.text_id,
        "state": text.state,
        "reason": text.reason,
        "segments": text.segments,
    }
