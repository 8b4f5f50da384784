"""The SMTP server that fills the mailbox."""

import asyncio

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from simulator.carrier.faults import Faults
from simulator.mail.mailbox import Mailbox

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
        self._controller = Controller(
            _Handler(mailbox, faults), hostname=host, port=port, ready_timeout=10.0
        )

    @property
    def is_open(self) -> bool:
        """Whether mail can come in."""
        return self._controller.server is not None

    def open(self) -> None:
        """Begin to listen.

        Raises:
            OSError: the port is taken.
        """
        self._controller.start()

    def close(self) -> None:
        """Stop listening."""
        self._controller.stop(no_assert=True)
