"""The SMTP server that fills the mailbox."""

import asyncio
import socket

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from simulator.carrier.faults import Faults
from simulator.mail.mailbox import Mailbox


def family_of(host: str) -> socket.AddressFamily:
    """Return the address family of a host to listen on."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


log = structlog.get_logger(__name__)


class _Handler:
    def __init__(self, mailbox: Mailbox, faults: Faults) -> None:
        self._mailbox = mailbox
        self._faults = faults

    async def handle_DATA(
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd hands it in
        session: Session,  # noqa: ARG002 - aiosmtpd hands it in
        envelope: Envelope,
    ) -> str:
        """Keep a mail, unless a fault is due."""
        struck = self._faults.strike("mail")
        if "delay" in struck:
            await asyncio.sleep(struck["delay"].delay_s)
        if "refuse" in struck:
            return f"{struck['refuse'].status} Refused as ordered"
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        mail = self._mailbox.receive(envelope.mail_from or "", envelope.rcpt_tos, raw)
        log.info("mail.received", mail_id=mail.id, recipients=len(mail.envelope_to))
        return "250 OK"


class MailDoor:
    """Listens for mail."""

    def __init__(self, *, mailbox: Mailbox, faults: Faults, host: str, port: int) -> None:
        self._handler = _Handler(mailbox, faults)
        self._host = host
        self._port = port
        self._controller: Controller | None = None

    @property
    def is_open(self) -> bool:
        """Whether mail can come in."""
        return self._controller is not None

    def open(self) -> None:
        """Begin to listen.

        Raises:
            OSError: the port is taken.
        """
        # Asked here: the controller waits out its timeout before it says that a port is taken.
        socket.create_server((self._host, self._port), family=family_of(self._host)).close()
        controller = Controller(
            self._handler, hostname=self._host, port=self._port, ready_timeout=10.0
        )
        try:
            controller.start()
        except OSError:
            controller.loop.close()
            raise
        self._controller = controller

    def close(self) -> None:
        """Stop listening."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()
