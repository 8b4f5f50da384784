"""A second stand-in for Twilio, written apart from the simulator.

A journey that passes over both shows that no process leans on a peculiarity of either. It knows
little: it takes sends, signs what it posts, and reports each text as sent and delivered.
"""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from tests.standins.phone import Received

ROUTE = re.compile(r"/2010-04-01/Accounts/(?P<account>\w+)/Messages(?:/(?P<sid>\w+))?\.json")
WEBHOOK_TIMEOUT_S = 15


def sign(token: str, url: str, form: dict[str, str]) -> str:
    """Sign a form post: names in order, each followed by its value, after the URL."""
    pieces = [url, *(name + form[name] for name in sorted(form))]
    mac = hmac.new(token.encode("utf-8"), "".join(pieces).encode("utf-8"), "sha1")
    return base64.standard_b64encode(mac.digest()).decode("ascii")


@dataclass(kw_only=True)
class _Text:
    id: int
    sid: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    at: float = field(default_factory=time.time)
    callback: str = ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class OtherTwilio:
    """A `Carrier` by itself: `with OtherTwilio(...) as twilio: twilio.base_url …`."""

    def __init__(self, *, account: str, token: str, number: str, webhook: str = "") -> None:
        self.account = account
        self.token = token
        self.number = number
        self.webhook = webhook
        """Where inbound texts go; may be set once the application's port is known."""
        self.webhook_answers: list[int] = []
        """Statuses with which the application answered, for assertions."""
        self._texts: list[_Text] = []
        self._news = threading.Condition()
        twilio = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                fields = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
                form = {name: values[0] for name, values in fields.items()}
                self._answer(*twilio._take(self.path, self.headers.get("Authorization"), form))

            def do_GET(self) -> None:
                self._answer(*twilio._tell(self.path, self.headers.get("Authorization")))

            def _answer(self, status: int, document: dict[str, object]) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: lines would hold numbers."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def base_url(self) -> str:
        """What `TWILIO_API_BASE_URL` is set to."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "OtherTwilio":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # ---- as a carrier ---------------------------------------------------------------------------

    def inbound(self, number: str, body: str) -> str:
        """Post a signed inbound text in the background; return its MessageSid."""
        text = self._keep(number, self.number, body, "inbound", "received")
        form = {
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "Body": body,
            "From": number,
            "FromCity": "",
            "FromCountry": "GB",
            "MessageSid": text.sid,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsMessageSid": text.sid,
            "SmsSid": text.sid,
            "SmsStatus": "received",
            "To": self.number,
            "ToCountry": "GB",
        }
        self._in_background(lambda: self.webhook_answers.append(self._post(self.webhook, form)))
        return text.sid

    def outbound(self, number: str, *, after: int = 0, wait_s: float = 0.0) -> list[Received]:
        """Return what the service sent to a number after an id; wait for one at most so long."""
        found: list[Received] = []

        def look() -> bool:
            found[:] = [
                Received(id=text.id, sender=text.sender, body=text.body)
                for text in self._texts
                if text.to == number and text.direction == "outbound-api" and text.id > after
            ]
            return bool(found)

        with self._news:
            self._news.wait_for(look, wait_s)
        return found

    # ---- as an API ------------------------------------------------------------------------------

    def _take(
        self, path: str, authorization: str | None, form: dict[str, str]
    ) -> tuple[int, dict[str, object]]:
        refusal = self._refusal(path, authorization)
        if refusal is not None:
            return refusal
        for name, code in (("To", 21604), ("From", 21603), ("Body", 21602)):
            if not form.get(name):
                return _error(400, code, f"{name} is required.")
        if not re.fullmatch(r"\+\d{7,15}", form["To"]):
            return _error(400, 21211, "Invalid 'To' Phone Number")
        if len(form["Body"]) > 1600:
            return _error(400, 21617, "The message body is too long.")
        text = self._keep(form["From"], form["To"], form["Body"], "outbound-api", "queued")
        text.callback = form.get("StatusCallback", "")
        self._in_background(lambda: self._report(text))
        return 201, self._document(text)

    def _tell(self, path: str, authorization: str | None) -> tuple[int, dict[str, object]]:
        refusal = self._refusal(path, authorization)
        if refusal is not None:
            return refusal
        address = urlsplit(path)
        route = ROUTE.fullmatch(address.path)
        assert route is not None
        with self._news:
            texts = list(reversed(self._texts))
        if route["sid"]:
            found = [text for text in texts if text.sid == route["sid"]]
            return (200, self._document(found[0])) if found else _error(404, 20404, "Not found")
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        wanted = [
            self._document(text)
            for text in texts
            if query.get("To", text.to) == text.to and query.get("From", text.sender) == text.sender
        ]
        return 200, {
            "messages": wanted,
            "next_page_uri": None,
            "page": 0,
            "page_size": 50,
            "uri": path,
        }

    def _refusal(
        self, path: str, authorization: str | None
    ) -> tuple[int, dict[str, object]] | None:
        known = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        if authorization != f"Basic {known}":
            return _error(401, 20003, "Authenticate")
        route = ROUTE.fullmatch(urlsplit(path).path)
        if route is None or route["account"] != self.account:
            return _error(404, 20404, "Not found")
        return None

    def _document(self, text: _Text) -> dict[str, object]:
        at = formatdate(text.at)
        return {
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": text.body,
            "date_created": at,
            "date_sent": None if text.status == "queued" else at,
            "date_updated": at,
            "direction": text.direction,
            "error_code": None,
            "error_message": None,
            "from": text.sender,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": text.sid,
            "status": text.status,
            "to": text.to,
            "uri": f"/2010-04-01/Accounts/{self.account}/Messages/{text.sid}.json",
        }

    # ---- behind both ----------------------------------------------------------------------------

    def _keep(self, sender: str, to: str, body: str, direction: str, status: str) -> _Text:
        with self._news:
            text = _Text(
                id=len(self._texts) + 1,
                sid="SM" + hashlib.md5(uuid.uuid4().bytes, usedforsecurity=False).hexdigest(),
                sender=sender,
                to=to,
                body=body,
                direction=direction,
                status=status,
            )
            self._texts.append(text)
            self._news.notify_all()
            return text

    def _report(self, text: _Text) -> None:
        for status in ("sent", "delivered"):
            text.status = status
            if text.callback:
                form = {
                    "AccountSid": self.account,
                    "From": text.sender,
                    "MessageSid": text.sid,
                    "MessageStatus": status,
                    "SmsSid": text.sid,
                    "SmsStatus": status,
                    "To": text.to,
                }
                self._post(text.callback, form)

    def _post(self, address: str, form: dict[str, str]) -> int:
        url = address.partition("#")[0]
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(self.token, url, form),
        }
        request = Request(url, urlencode(form).encode(), headers, method="POST")
        try:
            with urlopen(request, timeout=WEBHOOK_TIMEOUT_S) as answer:
                return int(answer.status)
        except OSError as exc:  # a refusal (HTTPError) has a status, no connection has none
            return int(getattr(exc, "code", 0) or 0)

    def _in_background(self, work: "object") -> None:
        threading.Thread(target=work, daemon=True).start()  # type: ignore[arg-type]


def _error(status: int, code: int, message: str) -> tuple[int, dict[str, object]]:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    return status, {"code": code, "message": message, "more_info": more_info, "status": status}
