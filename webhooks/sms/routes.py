"""Twilio's two webhooks. Checked, handed over, answered; nothing waits for Rasa here."""

from typing import Final

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from messaging import metrics
from messaging.inbound import Arrival, Inbound, keyword_from_carrier
from messaging.seen import Seen
from messaging.statuses import News, Statuses
from webhooks.guards import Guard, GuardedBlueprint

EMPTY_ANSWER: Final = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""Answers go by the REST API, with receipts and repeats under our control."""

REPEATED_HEADER: Final = "I-Twilio-Idempotency-Token"

MAX_ID_LENGTH = 64
MAX_NUMBER_LENGTH = 64


def blueprint(
    *, inbound: Inbound, statuses: Statuses, seen: Seen, guard: Guard
) -> GuardedBlueprint:
    """Return the carrier's door."""
    door = GuardedBlueprint("sms", __name__, guard=guard, url_prefix="/webhooks/twilio")

    @door.post("/sms")
    def sms() -> ResponseReturnValue:
        with metrics.ACKNOWLEDGED.labels(door="sms").time():
            if request.headers.get(REPEATED_HEADER):
                # The same on every attempt, and not signed: it is counted and nothing more. What
                # is taken once is decided by the MessageSid, which the signature covers.
                _count_attempt(seen, request.headers[REPEATED_HEADER])
            inbound.receive(_arrival())
        return Response(EMPTY_ANSWER, mimetype="text/xml")

    @door.post("/status")
    def status() -> ResponseReturnValue:
        with metrics.ACKNOWLEDGED.labels(door="status").time():
            statuses.receive(_news())
        return "", 204

    return door


def _count_attempt(seen: Seen, token: str) -> None:
    key = f"attempt/{token[:MAX_ID_LENGTH]}"
    if seen.is_done(key):
        metrics.REPEATED.inc()
    else:
        seen.done(key)


def _arrival() -> Arrival:
    """Read a text; fields that Twilio adds without notice are not looked at."""
    form = request.form
    return Arrival(
        external_id=_short(form.get("MessageSid"), MAX_ID_LENGTH),
        number=_short(form.get("From"), MAX_NUMBER_LENGTH),
        body=form.get("Body", ""),
        media_count=_count(form.get("NumMedia")),
        carrier_keyword=keyword_from_carrier(form.get("OptOutType")),
    )


def _news() -> News:
    form = request.form
    code = form.get("ErrorCode", "")
    return News(
        text_id=_short(request.args.get("text"), MAX_ID_LENGTH),
        carrier_id=_short(form.get("MessageSid"), MAX_ID_LENGTH),
        status=_short(form.get("MessageStatus"), MAX_ID_LENGTH),
        error_code=int(code) if code.isascii() and code.isdigit() else None,
    )


def _short(value: str | None, limit: int) -> str:
    """Return a field that must be there; the carrier shows a refusal in its debugger."""
    if not value or len(value) > limit:
        abort(400)
    return value


def _count(value: str | None) -> int:
    return int(value) if value is not None and value.isascii() and value.isdigit() else 0
