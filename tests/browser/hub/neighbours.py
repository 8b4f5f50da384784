"""The hub's neighbours, as small as they can be: a messaging service and a mail server."""

import email
import email.policy
import json
import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

PATIENCE_S = 15.0
LINK = re.compile(r"https?://\S+")


def wait_for(look: Any, what: str) -> Any:
    """Return the first answer of a look that is not empty."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


@dataclass(kw_only=True)
class Text:
    """A text that was taken."""

    id: str
    to: str
    body: str
    purpose: str

    @property
    def code(self) -> str:
        """Return the security code that it carries."""
        return self.body[:6]


@dataclass
class Messaging:
    """Takes texts by idempotency key, tells the state it was told to tell, and can be away."""

    texts: dict[str, Text] = field(default_factory=dict)
    state: tuple[str, str | None] = ("delivered", None)
    is_away: bool = False

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def to(self, number: str) -> list[Text]:
        """Return the texts to a number, oldest first."""
        return [text for text in self.texts.values() if text.to == number]

    def codes_to(self, number: str) -> list[Text]:
        """Return the texts with a code to a number, oldest first."""
        return [text for text in self.to(number) if text.purpose == "security_code"]

    def code_to(self, number: str, *, after: int = 0) -> str:
        """Return the newest code to a number, once more than so many came."""

        def look() -> list[Text]:
            codes = self.codes_to(number)
            return codes if len(codes) > after else []

        found: list[Text] = wait_for(look, "a security code")
        return found[-1].code

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        messaging = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def answer(self, status: int, body: dict[str, Any]) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if messaging.is_away:
                    self.answer(503, {})
                    return
                text = messaging.texts.setdefault(
                    self.headers["Idempotency-Key"],
                    Text(
                        id=str(uuid.uuid4()),
                        to=asked["to"],
                        body=asked["body"],
                        purpose=asked["purpose"],
                    ),
                )
                self.answer(202, {"text_id": text.id, "state": "created"})

            def do_GET(self) -> None:
                if messaging.is_away:
                    self.answer(503, {})
                    return
                state, reason = messaging.state
                text_id = self.path.rsplit("/", 1)[-1]
                self.answer(
                    200, {"text_id": text_id, "state": state, "reason": reason, "segments": 1}
                )

        return Handler


@dataclass
class Mailbox:
    """A mail server that keeps what it was handed."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep a mail."""
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def open(self, port: int) -> str:
        """Begin to listen, and return where."""
        self.controller = Controller(self, hostname="127.0.0.1", port=port, ready_timeout=10.0)
        self.controller.start()
        return f"smtp://127.0.0.1:{port}"

    def wait(self, to: str, subject: str) -> EmailMessage:
        """Return the newest mail to an address with these words in its subject."""

        def look() -> list[EmailMessage]:
            return [mail for mail in self.mails if mail["To"] == to and subject in mail["Subject"]]

        found: list[EmailMessage] = wait_for(look, f"a mail about {subject}")
        return found[-1]

    def link(self, to: str, subject: str) -> str:
        """Return the first link in the newest such mail."""
        part = self.wait(to, subject).get_body(("plain",))
        assert part is not None
        found = LINK.search(part.get_content())
        assert found, "a mail without a link"
        return found.group()
