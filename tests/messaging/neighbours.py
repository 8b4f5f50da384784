"""Neighbours of the messaging service for tests: a carrier and an assistant, as HTTP servers.

The carrier speaks the part of Twilio's REST API that is used, from Twilio's documentation. What a
request may hold it asks of the rules that the simulator plays by, so that there is one set of them.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from werkzeug.datastructures import MultiDict

from simulator.carrier.fields import read_send
from simulator.carrier.refusals import TwilioRefusal

OURS = ("+447700900999", "+447700900000")
"""The account's own numbers."""


def signature(token: str, url: str, fields: list[tuple[str, str]]) -> str:
    """Sign a webhook as Twilio's security page describes it."""
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that were killed in the middle of a request."""


class Neighbour:
    """A server on a free port in a thread of its own."""

    def __init__(self) -> None:
        neighbour = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: Any) -> None:
                """Stay quiet."""

            def do_GET(self) -> None:
                self._answer("")

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

            def _answer(self, body: str) -> None:
                answer = neighbour.answer(self.command, self.path, body, self.headers)
                if answer is None:
                    self.close_connection = True
                    return
                status, document = answer
                content = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self._handler = Handler
        self._server: _Server | None = _Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._serve()

    def answer(self, method: str, path: str, body: str, headers: Any) -> tuple[int, Any] | None:
        """Return status and document; None breaks the connection off."""
        raise NotImplementedError

    def stop(self) -> None:
        """Go away: connections are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def start(self) -> None:
        """Come back on the same port, unless it is there."""
        if self._server is not None:
            return
        self._server = _Server(("127.0.0.1", self.port), self._handler)
        self._serve()

    def _serve(self) -> None:
        assert self._server is not None
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()


@dataclass
class Sent:
    """A text that the carrier took."""

    sid: str
    to: str
    sender: str
    body: str
    fields: Mapping[str, str]
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


Fault = Callable[[Mapping[str, str]], "tuple[int, Any] | str | None"]
"""Given the fields of a request: an answer in place of the usual one; "lose" takes the text and
breaks the connection off, "late" takes it and answers long after anybody waits, "drop" breaks the
connection off without taking the text; None: no fault."""
LATE_S = 3.0
"""Longer than the read time-out that the tests set."""


def error(status: int, code: int) -> tuple[int, Any]:
    """Return an error as Twilio words it."""
    return status, {
        "code": code,
        "message": "error",
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def _broken_rule(fields: Mapping[str, str]) -> int | None:
    try:
        wanted = read_send(MultiDict(fields), OURS)
    except TwilioRefusal as exc:
        return exc.code
    return 20001 if wanted.unknown else None


class Carrier(Neighbour):
    """Takes texts and lists them."""

    def __init__(self, account_sid: str, token: str) -> None:
        self.account_sid = account_sid
        self.token = token
        self.sent: list[Sent] = []
        self.received: list[Sent] = []
        """Texts to our number that its own list shows; no webhook is sent for them."""
        self.requests: list[Mapping[str, str]] = []
        self.fault: Fault = lambda fields: None
        self.delay_s = 0.0
        self.against_the_rules: list[int] = []
        """Twilio's codes for requests that it would not have taken, or fields it does not know."""
        self.lock = threading.Lock()
        super().__init__()

    def answer(self, method: str, path: str, body: str, headers: Any) -> tuple[int, Any] | None:
        """Answer as api.twilio.com does."""
        parts = urlsplit(path)
        expected = base64.b64encode(f"{self.account_sid}:{self.token}".encode()).decode()
        if headers.get("Authorization") != f"Basic {expected}":
            return error(401, 20003)
        if parts.path != f"/2010-04-01/Accounts/{self.account_sid}/Messages.json":
            return error(404, 20404)
        if method == "GET":
            return 200, self._list({k: v[0] for k, v in parse_qs(parts.query).items()})
        fields = dict(parse_qsl(body, keep_blank_values=True))
        # Decided before the request is told of: a test that has seen it may mend the fault.
        fault = self.fault(fields)
        with self.lock:
            self.requests.append(fields)
        code = _broken_rule(fields)
        if code is not None:
            self.against_the_rules.append(code)
            return error(400, code)
        time.sleep(self.delay_s)
        if isinstance(fault, tuple):
            return fault
        if fault == "drop":
            return None
        text = Sent(
            sid="SM" + secrets.token_hex(16),
            to=fields["To"],
            sender=fields.get("From") or fields["MessagingServiceSid"],
            body=fields["Body"],
            fields=fields,
        )
        with self.lock:
            self.sent.append(text)
        if fault == "late":
            time.sleep(LATE_S)
        return None if fault in ("lose", "late") else (201, self._document(text))

    def bodies(self, to: str | None = None) -> list[str]:
        """Return what was sent, oldest first."""
        with self.lock:
            return [text.body for text in self.sent if to in (None, text.to)]

    def _list(self, query: Mapping[str, str]) -> Any:
        with self.lock:
            texts = [(text, "outbound-api") for text in self.sent]
            texts += [(text, "inbound") for text in self.received]
        found = [pair for pair in texts if query.get("To") in (None, pair[0].to)]
        return {
            "messages": [self._document(*pair) for pair in reversed(found)][:100],
            "next_page_uri": None,
            "page": 0,
            "page_size": 100,
            "uri": "/",
        }

    def _document(self, text: Sent, direction: str = "outbound-api") -> Any:
        return {
            "sid": text.sid,
            "account_sid": self.account_sid,
            "to": text.to,
            "from": text.sender,
            "body": text.body,
            "direction": direction,
            "num_media": "0",
            "status": "queued",
            "error_code": None,
            "num_segments": "1",
            "date_created": format_datetime(text.created_at),
            "date_sent": None,
        }


class Assistant(Neighbour):
    """Answers turns like the custom channel of the Rasa server; the same turn alike."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.turns: list[Any] = []
        self.kept: dict[str, Any] = {}
        self.reply: Callable[[Any], list[str]] = lambda turn: [f"You said: {turn['text']}"]
        self.fault: Callable[[Any], tuple[int, Any] | str | None] = lambda turn: None
        self.is_ready = True
        self.awaiting: str | None = None
        self.handoff: Callable[[Any], dict[str, Any] | None] = lambda turn: None
        self.lock = threading.Lock()
        super().__init__()

    def answer(self, method: str, path: str, body: str, headers: Any) -> tuple[int, Any] | None:
        """Answer as docs/contracts.md has it."""
        if path == "/readyz":
            return (200 if self.is_ready else 503), {}
        if path != "/webhooks/edge/turns":
            return 404, {}
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {}
        turn = json.loads(body)
        fault = self.fault(turn)
        if isinstance(fault, tuple):
            return fault
        with self.lock:
            self.turns.append(turn)
            if turn["turn_id"] not in self.kept:
                replies = [{"text": text, "buttons": [], "custom": {}} for text in self.reply(turn)]
                self.kept[turn["turn_id"]] = {
                    "turn_id": turn["turn_id"],
                    "replies": replies,
                    "awaiting": self.awaiting,
                    "handoff": self.handoff(turn),
                }
        return None if fault == "lose" else (200, self.kept[turn["turn_id"]])
