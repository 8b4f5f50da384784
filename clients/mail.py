"""The mail server: one message in plain text and HTML, by SMTP."""

import smtplib
import ssl
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from clients.errors import Refused, Unreachable
from wire.clock import Clock, SystemClock

NEIGHBOUR: Final = "mail"
TIMEOUT_S: Final = 10.0
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
DEFAULT_PORTS: Final = {"smtp": 25, "smtps": 465}


class MailUrlRefused(ValueError):
    """Not a URL of a mail server; the message does not show it, for it may hold a password."""


class MailClient:
    """Sends mails through one server; every mail has a connection of its own."""

    def __init__(self, url: str, *, sender: str, clock: Clock | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            raise MailUrlRefused("SMTP_URL must be smtp://host:port or smtps://host:port")
        self._over_tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or DEFAULT_PORTS[parts.scheme]
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else ""
        name, address = parseaddr(sender)
        if "@" not in address:
            raise MailUrlRefused("the sender of mails must be an address")
        self._sender = Address(display_name=name, addr_spec=address)
        self._clock = clock or SystemClock()

    @property
    def domain(self) -> str:
        """The domain of the sender, and of every Message-ID."""
        return self._sender.domain

    def send(
        self,
        *,
        to: str,
        subject: str,
        plain: str,
        message_id: str,
        html: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Hand a mail over.

        Args:
            to: one address.
            subject: one line.
            plain: the whole text.
            html: the same, for programs that show HTML; None: plain text only.
            headers: further ones, by their names.
            message_id: names this mail, however often it is handed over, so that a mailbox can
                tell that it has it.

        Raises:
            Unreachable: perhaps taken, perhaps not, and worth another try (SMTP 4xx included).
            Refused: not taken, and never will be.
        """
        message = self._message(to, subject, plain, html, message_id)
        for name, value in (headers or {}).items():
            message[name] = value
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as exc:
            code, _ = next(iter(exc.recipients.values()))
            raise _failure(code) from exc
        except smtplib.SMTPResponseException as exc:
            raise _failure(exc.smtp_code) from exc
        except (OSError, smtplib.SMTPException) as exc:
            raise Unreachable(NEIGHBOUR, type(exc).__name__) from exc

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self._over_tls:
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S)
        try:
            self._greet(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        is_private = self._over_tls or self._host in LOOPBACK
        if not self._over_tls and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            is_private = True
        if self._user:
            if not is_private:
                raise smtplib.SMTPException("a password does not travel in the clear")
            server.login(self._user, self._password)

    def _message(
        self, to: str, subject: str, plain: str, html: str | None, message_id: str
    ) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{message_id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(plain)
        if html is not None:
            message.add_alternative(html, subtype="html")
        return message


def _failure(status: int) -> Unreachable | Refused:
    if status >= 500:
        return Refused(NEIGHBOUR, status=status)
    return Unreachable(NEIGHBOUR, f"answered {status}")
