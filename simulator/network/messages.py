"""Every text that passed through Twilio, as its message log holds it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from simulator.board import Board
from simulator.network.segments import Encoding, weigh
from wire.clock import Clock

INBOUND = "inbound"
OUTBOUND = "outbound-api"
REPLY = "outbound-reply"

LONGEST_VALIDITY_S = 36_000
"""Ten hours, the longest that Twilio keeps a text in its queue, and its default."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One text and how far it has come."""

    sid: str
    direction: str
    sender: str
    recipient: str
    body: str
    status: str
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    callback_url: str | None = None
    service_sid: str | None = None
    valid_for_s: int = LONGEST_VALIDITY_S
    media: tuple[tuple[str, str], ...] = ()
    """Address and content type of each attachment."""

    @property
    def segments(self) -> int:
        """Segments that the text takes."""
        return weigh(self.body).segments

    @property
    def encoding(self) -> Encoding:
        """Alphabet that the text needs."""
        return weigh(self.body).encoding


class MessageLog:
    """Twilio's message log, newest last."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self._board = board
        self._clock = clock
        self._messages: dict[str, Message] = {}

    def add(
        self,
        *,
        direction: str,
        sender: str,
        recipient: str,
        body: str,
        status: str,
        callback_url: str | None = None,
        service_sid: str | None = None,
        valid_for_s: int = LONGEST_VALIDITY_S,
        media: tuple[tuple[str, str], ...] = (),
    ) -> Message:
        """Take a text into the log and return it with its SID."""
        now = self._clock.now()
        message = Message(
            sid=("MM" if media else "SM") + uuid.uuid4().hex,
            direction=direction,
            sender=sender,
            recipient=recipient,
            body=body,
            status=status,
            created_at=now,
            updated_at=now,
            sent_at=now if direction == INBOUND else None,
            callback_url=callback_url,
            service_sid=service_sid,
            valid_for_s=valid_for_s,
            media=media,
        )
        with self._board.changing():
            self._messages[message.sid] = message
        return message

    def get(self, sid: str) -> Message | None:
        """Return the text with this SID, or None where there is none."""
        with self._board.reading():
            return self._messages.get(sid)

    def progress(self, sid: str, status: str, error_code: int | None = None) -> Message | None:
        """Write down a new status; None where the text has been deleted meanwhile."""
        now = self._clock.now()

        def step(message: Message) -> Message:
            return replace(
                message,
                status=status,
                error_code=error_code,
                updated_at=now,
                sent_at=message.sent_at or (now if status in {"sent", "delivered"} else None),
            )

        return self._change(sid, step)

    def redact(self, sid: str) -> Message | None:
        """Empty a text's body, as Twilio does on request."""
        return self._change(sid, lambda message: replace(message, body=""))

    def delete(self, sid: str) -> bool:
        """Delete a text from the log; tell whether it was there."""
        with self._board.changing():
            return self._messages.pop(sid, None) is not None

    def listed(
        self,
        *,
        sender: str | None = None,
        recipient: str | None = None,
        is_wanted: Callable[[Message], bool] = lambda _message: True,
    ) -> list[Message]:
        """Return the texts that match, newest first."""
        with self._board.reading():
            newest_first = list(reversed(self._messages.values()))
        return [
            message
            for message in newest_first
            if sender in (None, message.sender)
            and recipient in (None, message.recipient)
            and is_wanted(message)
        ]

    def clear(self) -> None:
        """Forget every text."""
        with self._board.changing():
            self._messages.clear()

    def _change(self, sid: str, step: Callable[[Message], Message]) -> Message | None:
        with self._board.changing():
            message = self._messages.get(sid)
            if message is None:
                return None
            self._messages[sid] = step(message)
            return self._messages[sid]
