"""The fake hub behind HTTP, as docs/contracts.md has it, with faults to order."""

import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from clients.hub import HubRefused
from tests.contracts.document import watch
from tests.fakes.hub import FakeHub

KEY = "key-of-the-tests"

FAULTS = ("away", "broken", "html", "error_in_200", "wrong_shape", "slow", "redirect", "truncated")


class HubServer:
    """An address under which a fake hub answers."""

    def __init__(self, hub: FakeHub) -> None:
        self.hub = hub
        self.fault: str | None = None
        """One of `FAULTS`, or None."""
        self.slow_s = 0.0
        self.url = ""
        self.turns: list[str | None] = []
        """What each request said it belongs to."""
        self.faults: list[str] = []
        """Where an exchange was not as `hub/openapi.yaml` says, faults to order aside."""

    def app(self) -> Flask:
        """Return the WSGI application."""
        app = Flask(__name__)
        self.faults = watch(app)
        app.before_request(self._guard)
        app.register_error_handler(HubRefused, _problem)
        v1 = "/v1/registrations"
        hub = self.hub

        @app.get("/healthz")
        def healthz() -> Any:
            asyncio.run(hub.ping())
            return {"status": "ok"}

        @app.post(v1)
        def begin() -> Any:
            body = request.get_json()
            work = hub.begin_registration(
                body["invitation_code"], conversation_id=body["conversation_id"], key=_key()
            )
            return _json(asyncio.run(work)), 201

        @app.get(v1)
        def of_conversation() -> Any:
            found = asyncio.run(hub.registration_of(request.args["conversation_id"]))
            return {"registration": None if found is None else _json(found)}

        @app.get(f"{v1}/<one>")
        def read(one: str) -> Any:
            return _json(asyncio.run(hub.registration(one)))

        @app.delete(f"{v1}/<one>")
        def let_go(one: str) -> Any:
            asyncio.run(hub.let_go(one, key=_key()))
            return "", 204

        @app.put(f"{v1}/<one>/number")
        def number(one: str) -> Any:
            work = hub.set_number(one, request.get_json()["number"], key=_key())
            return _json(asyncio.run(work))

        @app.post(f"{v1}/<one>/security-codes")
        def send(one: str) -> Any:
            sent = _json(asyncio.run(hub.send_code(one, key=_key())))
            sent["sent"] = "same" if sent.pop("is_same") else "new"
            return sent, 202

        @app.post(f"{v1}/<one>/security-codes/check")
        def check(one: str) -> Any:
            work = hub.check_code(one, request.get_json()["code"], key=_key())
            return _json(asyncio.run(work))

        @app.get(f"{v1}/<one>/security-codes/latest")
        def latest(one: str) -> Any:
            return _json(asyncio.run(hub.latest_code(one)))

        @app.post(f"{v1}/<one>/continue-links")
        def link(one: str) -> Any:
            return _json(asyncio.run(hub.continue_link(one, key=_key()))), 201

        @app.get(f"{v1}/<one>/status")
        def status(one: str) -> Any:
            shown = _json(asyncio.run(hub.status(one)))
            shown["locked_for_s"] = shown.pop("locked_for_s", shown.pop("locked_for", None))
            return {**shown.pop("registration"), **shown}

        @app.post(f"{v1}/<one>/authenticators")
        def enrol(one: str) -> Any:
            return _json(asyncio.run(hub.enrol_app(one, key=_key()))), 201

        @app.post(f"{v1}/<one>/authenticators/check")
        def check_app(one: str) -> Any:
            work = hub.check_app_code(one, request.get_json()["code"], key=_key())
            return _json(asyncio.run(work))

        _add_requests(app, hub)
        return app

    def _guard(self) -> Any:
        self.turns.append(request.headers.get("X-Correlation-Id"))
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return jsonify(type="about:blank", status=401), 401
        match self.fault:
            case "away":
                return Response("upstream is away", 503)
            case "broken":
                return Response("<h1>Internal Server Error</h1>", 500)
            case "html":
                return Response("<html>Sign in to the proxy</html>", 200)
            case "error_in_200":
                return jsonify(type="urn:ehc-hub:problem:code-incorrect", status=422), 200
            case "wrong_shape":
                return jsonify(registration_id=7, state="splendid"), 200
            case "redirect":
                return Response("", 302, {"Location": "/elsewhere"})
            case "truncated":
                return Response('{"registration_id": "', 200, content_type="application/json")
            case "slow":
                time.sleep(self.slow_s)
        return None


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve a WSGI application on the loopback interface while the block runs; gives its URL."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    http = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


@contextmanager
def running(hub: FakeHub) -> Iterator[HubServer]:
    """Serve a fake hub on a free port while the block runs."""
    server = HubServer(hub)
    with serving(server.app()) as url:
        server.url = url
        yield server


def _add_requests(app: Flask, hub: FakeHub) -> None:
    """What is asked for by address."""
    for path, ask in (
        ("/v1/invitation-requests", hub.ask_for_invitation),
        ("/v1/password-reset-requests", hub.ask_for_password_reset),
        ("/v1/factor-help-requests", hub.ask_for_factor_help),
    ):

        def asked(ask: Any = ask) -> Any:
            asyncio.run(ask(request.get_json()["email"], key=_key()))
            return {}, 202

        app.add_url_rule(path, endpoint=path, view_func=asked, methods=["POST"])


def _key() -> str:
    return request.headers["Idempotency-Key"]


def _json(answer: Any) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, value in (answer if isinstance(answer, dict) else asdict(answer)).items():
        if isinstance(value, timedelta):
            document[f"{name}_s"] = int(value.total_seconds())
        elif isinstance(value, datetime):
            document[name] = value.isoformat().replace("+00:00", "Z")
        else:
            document[name] = _json(value) if isinstance(value, dict) else value
    return document


def _problem(refusal: HubRefused) -> Any:
    document = {
        "type": f"urn:ehc-hub:problem:{refusal.problem}",
        "title": str(refusal.problem),
        "status": refusal.status,
        **refusal.details,
    }
    return Response(
        jsonify(document).get_data(), refusal.status, content_type="application/problem+json"
    )
