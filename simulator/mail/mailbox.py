"""Mails that came in, ready to be read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern

from simulator.board import Board
from wire.clock import Clock

_LINK = re.compile(r"https?://[^\s<>\"']+")
_TRAILING = ".,;:!?)]}'"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail."""

    id: int
    at: datetime
    envelope_from: str
    envelope_to: tuple[str, ...]
    """Who gets it, as the sending server said; the To header may say otherwise."""
    sender: str
    to: str
    subject: str
    message_id: str
    text: str
    html: str | None
    reply_to: str
    raw: bytes

    @property
    def links(self) -> list[str]:
        """Addresses in the text, each once, in order."""
        found = [match.rstrip(_TRAILING) for match in _LINK.findall(self.text)]
        return list(dict.fromkeys(found))


def _part(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except LookupError:  # a charset that nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


class Mailbox:
    """All mails, to whomever they went."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self._board = board
        self._clock = clock
        self._mails: list[Mail] = []
        self._last_id = 0

    def receive(self, sender: str, recipients: Sequence[str], raw: bytes) -> Mail:
        """Take in a mail as it came over SMTP."""
        message = BytesParser(EmailMessage, policy=modern).parsebytes(raw)
        with self._board.changing():
            self._last_id += 1
            mail = Mail(
                id=self._last_id,
                at=self._clock.now(),
                envelope_from=sender,
                envelope_to=tuple(recipients),
                sender=str(message.get("From", sender)),
                to=str(message.get("To", ", ".join(recipients))),
                subject=str(message.get("Subject", "(no subject)")),
                message_id=str(message.get("Message-ID", "")),
                text=_part(message, "plain") or "",
                html=_part(message, "html"),
                reply_to=str(message.get("Reply-To", message.get("From", sender))),
                raw=raw,
            )
            self._mails.append(mail)
        return mail

    def listed(self, *, to: str | None = None, after: int = 0) -> list[Mail]:
        """Return mails to an address (any case), oldest first."""
        wanted = None if to is None else to.casefold()
        with self._board.reading():
            return [
                mail
                for mail in self._mails
                if mail.id > after
                and (wanted is None or wanted in (each.casefold() for each in mail.envelope_to))
            ]

    def get(self, mail_id: int) -> Mail | None:
        """Return a mail by its id, or None where there is none."""
        with self._board.reading():
            return next((mail for mail in self._mails if mail.id == mail_id), None)

    def clear(self) -> None:
        """Throw every mail away."""
        with self._board.changing():
            self._mails.clear()
