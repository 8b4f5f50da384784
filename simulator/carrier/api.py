"""Twilio's REST API, as far as texts need it."""

import base64
import binascii
import hmac
from threading import Lock
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from simulator.carrier.account import Account
from simulator.carrier.debugger import Debugger
from simulator.carrier.delivery import Delivery
from simulator.carrier.faults import Fault, Faults
from simulator.carrier.fields import SendRequest, is_name, read_send
from simulator.carrier.refusals import TwilioRefusal
from simulator.carrier.resource import (
    API,
    message_document,
    page_document,
    was_sent_when_asked,
)
from simulator.network.behaviours import Conduct
from simulator.network.messages import OUTBOUND, Message, MessageLog
from simulator.network.phones import Phones

HANG_S = 60.0
"""How long a request hangs that never gets an answer; longer than any client waits."""

CODES_BY_STATUS = {429: 20429, 500: 20500, 503: 20503}


class MessagesApi:
    """The Messages resource."""

    def __init__(
        self,
        *,
        account: Account,
        messages: MessageLog,
        phones: Phones,
        delivery: Delivery,
        faults: Faults,
        debugger: Debugger,
    ) -> None:
        self._account = account
        self._messages = messages
        self._phones = phones
        self._delivery = delivery
        self._faults = faults
        self._debugger = debugger
        self._stumbled: set[tuple[str, str]] = set()
        self._stumbled_lock = Lock()

    def blueprint(self) -> Blueprint:
        """Return the routes under `/2010-04-01`."""
        routes = Blueprint("twilio", __name__, url_prefix=f"{API}/Accounts/<account_sid>")
        routes.url_value_preprocessor(_take_account)
        routes.before_request(self._authenticate)
        routes.add_url_rule("/Messages.json", "create", self._create, methods=["POST"])
        routes.add_url_rule("/Messages.json", "list", self._list, methods=["GET"])
        routes.add_url_rule("/Messages/<sid>.json", "fetch", self._fetch, methods=["GET"])
        routes.add_url_rule("/Messages/<sid>.json", "update", self._update, methods=["POST"])
        routes.add_url_rule("/Messages/<sid>.json", "delete", self._delete, methods=["DELETE"])
        routes.register_error_handler(TwilioRefusal, refuse)
        return routes

    def clear(self) -> None:
        """Forget which texts have stumbled."""
        with self._stumbled_lock:
            self._stumbled.clear()

    def _authenticate(self) -> None:
        """Check Basic authentication and that the account is the caller's own."""
        given = request.headers.get("Authorization", "")
        expected = f"{self._account.sid}:{self._account.auth_token}".encode()
        if not hmac.compare_digest(_credentials(given), expected):
            raise TwilioRefusal(20003)
        if g.account_sid != self._account.sid:
            raise TwilioRefusal(20404, request.path)

    def _create(self) -> tuple[Response, int]:
        struck = self._faults.strike("send", request.form.get("To"))
        self._refuse_as_ordered(struck)
        wanted = read_send(request.form, self._account.numbers)
        if wanted.unknown:
            self._debugger.report(20001, "Twilio ignores " + ", ".join(wanted.unknown))
        conduct = self._phones.get(wanted.recipient).conduct(wanted.sender)
        self._refuse_by_conduct(wanted, conduct)
        message = self._accept(wanted)
        if "hang" in struck or not conduct.answers:
            self._faults.hold(HANG_S)
            raise TwilioRefusal(20503)
        return jsonify(message_document(self._account.sid, message)), 201

    def _refuse_as_ordered(self, struck: dict[str, Fault]) -> None:
        if "delay" in struck:
            self._faults.hold(struck["delay"].delay_s)
        if "hang_lost" in struck:
            self._faults.hold(HANG_S)
            raise TwilioRefusal(20503)
        if "refuse" in struck:
            raise _ordered_refusal(struck["refuse"])

    def _refuse_by_conduct(self, wanted: SendRequest, conduct: Conduct) -> None:
        if conduct.stumble is not None and self._stumbles(wanted):
            raise TwilioRefusal(CODES_BY_STATUS[conduct.stumble])
        if conduct.refusal is not None:
            raise TwilioRefusal(conduct.refusal, wanted.recipient)
        # Nobody can text STOP to a name, so Twilio keeps no list for it.
        if not is_name(wanted.sender) and self._phones.has_stopped(wanted.recipient, wanted.sender):
            raise TwilioRefusal(21610)

    def _stumbles(self, wanted: SendRequest) -> bool:
        text = (wanted.recipient, wanted.body)
        with self._stumbled_lock:
            is_first = text not in self._stumbled
            self._stumbled.add(text)
        return is_first

    def _accept(self, wanted: SendRequest) -> Message:
        message = self._messages.add(
            direction=OUTBOUND,
            sender=wanted.sender,
            recipient=wanted.recipient,
            body=wanted.body,
            status="accepted" if wanted.service_sid else "queued",
            callback_url=wanted.callback_url,
            service_sid=wanted.service_sid,
            valid_for_s=wanted.valid_for_s,
            media=tuple((address, "application/octet-stream") for address in wanted.media),
        )
        self._delivery.start(message)
        return message

    def _list(self) -> Response:
        query = request.args
        found = self._messages.listed(
            sender=query.get("From"),
            recipient=query.get("To"),
            is_wanted=lambda message: was_sent_when_asked(message, query),
        )
        return jsonify(page_document(self._account.sid, found, query))

    def _fetch(self, sid: str) -> Response:
        return jsonify(message_document(self._account.sid, self._found(sid)))

    def _update(self, sid: str) -> Response:
        """Empty the body, the one change that is played here."""
        self._found(sid)
        if request.form.get("Body") != "":
            raise TwilioRefusal(20001, "Body")
        redacted = self._messages.redact(sid)
        if redacted is None:
            raise TwilioRefusal(20404, request.path)
        return jsonify(message_document(self._account.sid, redacted))

    def _delete(self, sid: str) -> tuple[str, int]:
        if not self._messages.delete(sid):
            raise TwilioRefusal(20404, request.path)
        return "", 204

    def _found(self, sid: str) -> Message:
        message = self._messages.get(sid)
        if message is None:
            raise TwilioRefusal(20404, request.path)
        return message


def _take_account(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Keep the account in the path for the check; the routes need not take it."""
    g.account_sid = (values or {}).pop("account_sid", None)


def refuse(refusal: TwilioRefusal) -> tuple[Response, int]:
    """Answer with Twilio's error body."""
    response = jsonify(refusal.body())
    if refusal.code == 20003:
        response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return response, refusal.status


def _ordered_refusal(fault: Fault) -> TwilioRefusal:
    if fault.code is not None:
        return TwilioRefusal(fault.code, request.form.get("To", ""))
    code = CODES_BY_STATUS.get(fault.status, 20500)
    return TwilioRefusal(code, status=fault.status)


def _credentials(header: str) -> bytes:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
