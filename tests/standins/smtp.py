"""A mailbox of a test's own, apart from the simulator's."""

import email
import email.policy
import socket
import threading
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """A real SMTP server that keeps what it gets: `with Mailbox() as mailbox: mailbox.url …`."""

    def __init__(self) -> None:
        self._mails: list[dict[str, Any]] = []
        self._news = threading.Condition()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)

    @property
    def url(self) -> str:
        """What `SMTP_URL` is set to."""
        return f"smtp://127.0.0.1:{self._port}"

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail (aiosmtpd's protocol)."""
        message = email.message_from_bytes(envelope.content or b"", policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        plain = message.get_body(("plain",))
        with self._news:
            self._mails.append(
                {
                    "id": len(self._mails) + 1,
                    "to": list(envelope.rcpt_tos),
                    "text": plain.get_content() if plain else "",
                }
            )
            self._news.notify_all()
        return "250 OK"

    def mails(self, to: str, *, after: int = 0, wait_s: float = 0.0) -> list[dict[str, Any]]:
        """Return the mails to an address after an id, oldest first; wait for one so long."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            found[:] = [m for m in self._mails if to in m["to"] and m["id"] > after]
            return bool(found)

        with self._news:
            self._news.wait_for(look, wait_s)
        return found
