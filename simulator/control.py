"""The control API: what a test or script asks of phones, mailbox and faults, in JSON."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator.carrier.faults import UnknownFault, read_fault
from simulator.mail.mailbox import Mail
from simulator.network.behaviours import Behaviour
from simulator.network.keywords import OptOut
from simulator.network.numbers import NotANumber, from_typed
from simulator.network.phones import RECEIVED, SENT, Bubble, Phone
from simulator.world import World

LONGEST_WAIT_S = 60.0
LONGEST_TEXT = 10_000

Answer = Response | tuple[Response, int] | tuple[str, int]


class NotUnderstood(ValueError):
    """The request is not of the documented form; the sentence says what is wrong."""


def control_api(world: World) -> Blueprint:
    """Return the routes; docs/simulator.md describes each."""
    control = _Control(world)
    routes = Blueprint("control", __name__)
    rules: list[tuple[str, str, Callable[..., Answer]]] = [
        ("POST", "/phones/<typed>/texts", control.send_text),
        ("GET", "/phones/<typed>/texts", control.list_texts),
        ("GET", "/phones/<typed>", control.show_phone),
        ("POST", "/phones/<typed>", control.switch_phone),
        ("GET", "/mails", control.list_mails),
        ("GET", "/mails/<int:mail_id>", control.show_mail),
        ("GET", "/faults", control.list_faults),
        ("POST", "/faults", control.order_fault),
        ("DELETE", "/faults", control.clear_faults),
        ("GET", "/alerts", control.list_alerts),
        ("GET", "/console", control.show_console),
        ("POST", "/console", control.set_up_console),
        ("DELETE", "/state", control.clear_state),
    ]
    for method, rule, view in rules:
        routes.add_url_rule(rule, view.__name__, view, methods=[method])
    for error in (NotUnderstood, NotANumber, UnknownFault):
        routes.register_error_handler(error, lambda exc: (jsonify(error=str(exc)), 400))
    return routes


class _Control:
    def __init__(self, world: World) -> None:
        self._world = world

    def send_text(self, typed: str) -> Answer:
        """Let a phone text the service."""
        number = from_typed(typed)
        document = _document()
        body = document.get("body", "")
        if not isinstance(body, str) or len(body) > LONGEST_TEXT:
            raise NotUnderstood(f"body is a string of at most {LONGEST_TEXT} characters.")
        to = document.get("to")
        message = self._world.inbound.text(
            number, body, to=str(to) if to else None, media=_media(document)
        )
        answer = {"sid": message.sid, "segments": message.segments, "encoding": message.encoding}
        return jsonify(answer), 201

    def list_texts(self, typed: str) -> Answer:
        """Tell what a phone has received (or sent), waiting for it if asked."""
        number = from_typed(typed)
        direction = request.args.get("direction", RECEIVED)
        if direction not in {SENT, RECEIVED, "all"}:
            raise NotUnderstood("direction is received, sent or all.")
        after = _count("after")
        bubbles = self._world.board.wait_for(
            lambda: self._world.phones.bubbles(
                number, after=after, direction=None if direction == "all" else direction
            ),
            timeout_s=_wait_s(),
        )
        return jsonify(texts=[self._bubble_document(bubble) for bubble in bubbles])

    def show_phone(self, typed: str) -> Answer:
        """Tell a phone's switches."""
        return jsonify(_phone_document(self._world.phones.get(from_typed(typed))))

    def switch_phone(self, typed: str) -> Answer:
        """Set a phone's behaviour or airplane mode."""
        number = from_typed(typed)
        document = _document()
        if "behaviour" in document:
            self._world.phones.switch(number, _behaviour(document["behaviour"]))
        if "airplane_mode" in document:
            if document["airplane_mode"] is True:
                self._world.phones.fly(number)
            else:
                self._world.delivery.hand_over_waiting(number)
        return jsonify(_phone_document(self._world.phones.get(number)))

    def list_mails(self) -> Answer:
        """Tell which mails came in, waiting for one if asked."""
        to, after = request.args.get("to"), _count("after")
        mails = self._world.board.wait_for(
            lambda: self._world.mailbox.listed(to=to, after=after), timeout_s=_wait_s()
        )
        return jsonify(mails=[_mail_document(mail) for mail in mails])

    def show_mail(self, mail_id: int) -> Answer:
        """Return one mail with its source."""
        mail = self._world.mailbox.get(mail_id)
        if mail is None:
            return jsonify(error="There is no such mail."), 404
        return jsonify(_mail_document(mail) | {"raw": mail.raw.decode(errors="replace")})

    def list_faults(self) -> Answer:
        """Tell which faults have still to strike."""
        return jsonify(faults=[asdict(fault) for fault in self._world.faults.listed()])

    def order_fault(self) -> Answer:
        """Order a fault."""
        fault = read_fault(_document())
        if fault.number is not None:
            fault.number = from_typed(fault.number)
        self._world.faults.order(fault)
        return jsonify(asdict(fault)), 201

    def clear_faults(self) -> Answer:
        """Take every ordered fault back."""
        self._world.faults.clear()
        return "", 204

    def list_alerts(self) -> Answer:
        """Tell what Twilio's debugger holds, waiting for an alert if asked."""
        after = _count("after")
        alerts = self._world.board.wait_for(
            lambda: self._world.debugger.listed(after=after), timeout_s=_wait_s()
        )
        return jsonify(
            alerts=[
                asdict(alert) | {"at": alert.at.isoformat(), "title": alert.title}
                for alert in alerts
            ]
        )

    def show_console(self) -> Answer:
        """Tell what is set up in Twilio's console."""
        return jsonify(asdict(self._world.account.console))

    def set_up_console(self) -> Answer:
        """Change what is set up in Twilio's console."""
        document = _document()
        unknown = set(document) - {"sms_webhook", "sms_fallback", "opt_out", "service_sid"}
        if unknown:
            raise NotUnderstood("The console has no " + ", ".join(sorted(unknown)) + ".")
        changes: dict[str, str | OptOut | None] = {}
        for name, value in document.items():
            if value is not None and not isinstance(value, str):
                raise NotUnderstood(f"{name} is a string or null.")
            changes[name] = value
        if "opt_out" in changes:
            if changes["opt_out"] not in set(OptOut):
                raise NotUnderstood("opt_out is one of " + ", ".join(OptOut))
            changes["opt_out"] = OptOut(str(changes["opt_out"]))
        return jsonify(asdict(self._world.account.set_up(**changes)))

    def clear_state(self) -> Answer:
        """Begin again."""
        self._world.clear()
        return "", 204

    def _bubble_document(self, bubble: Bubble) -> dict[str, Any]:
        message = self._world.messages.get(bubble.sid)
        return asdict(bubble) | {
            "at": bubble.at.isoformat(),
            "status": None if message is None else message.status,
        }


def _phone_document(phone: Phone) -> dict[str, Any]:
    return {
        "number": phone.number,
        "behaviour": phone.switched,
        "title": phone.conduct().title,
        "airplane_mode": phone.in_airplane_mode,
        "waiting": len(phone.waiting),
        "stopped": sorted(phone.stopped),
    }


def _mail_document(mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "at": mail.at.isoformat(),
        "envelope_from": mail.envelope_from,
        "envelope_to": list(mail.envelope_to),
        "from": mail.sender,
        "to": mail.to,
        "reply_to": mail.reply_to,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "text": mail.text,
        "html": mail.html,
        "links": mail.links,
    }


def _document() -> Mapping[str, Any]:
    document = request.get_json(silent=True)
    if not isinstance(document, dict):
        raise NotUnderstood("Send a JSON object.")
    return document


def _media(document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    media = document.get("media", [])
    if not isinstance(media, list) or not all(isinstance(item, dict) for item in media):
        raise NotUnderstood("media is a list of objects with url and content_type.")
    return tuple((str(item.get("url", "")), str(item.get("content_type", ""))) for item in media)


def _behaviour(given: object) -> Behaviour | None:
    if given is None:
        return None
    if given not in set(Behaviour):
        raise NotUnderstood("behaviour is null or one of " + ", ".join(Behaviour))
    return Behaviour(str(given))


def _count(name: str) -> int:
    given = request.args.get(name, "0")
    if not given.isascii() or not given.isdigit():
        raise NotUnderstood(f"{name} is a whole number.")
    return int(given)


def _wait_s() -> float:
    given = request.args.get("wait", "0")
    try:
        seconds = float(given)
    except ValueError as exc:
        raise NotUnderstood("wait is a number of seconds.") from exc
    if not 0 <= seconds <= LONGEST_WAIT_S:
        raise NotUnderstood(f"wait is a number of seconds from 0 to {LONGEST_WAIT_S:g}.")
    return seconds
