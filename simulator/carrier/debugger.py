"""Twilio's debugger: what went wrong on the way to an application."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from simulator.board import Board
from wire.clock import Clock

KEPT = 1000
"""Alerts kept, the newest."""

ERRORS: dict[int, str] = {
    11200: "HTTP retrieval failure",
    11205: "HTTP connection failure",
    11750: "TwiML response body too large",
    12100: "Document parse failure",
    12200: "Schema validation warning",
    12300: "Invalid Content-Type",
    14109: "Message: Reply message limit exceeded",
    20001: "Invalid parameter",
    21610: "Attempt to send to unsubscribed recipient",
}


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One entry."""

    id: int
    at: datetime
    code: int
    detail: str
    """What Twilio saw, for the developer."""
    sid: str | None = None
    url: str | None = None

    @property
    def title(self) -> str:
        """The code's name in Twilio's error dictionary."""
        return ERRORS[self.code]


class Debugger:
    """The alerts, oldest first."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self._board = board
        self._clock = clock
        self._alerts: deque[Alert] = deque(maxlen=KEPT)
        self._last_id = 0

    def report(
        self, code: int, detail: str, *, sid: str | None = None, url: str | None = None
    ) -> None:
        """Write an alert down."""
        with self._board.changing():
            self._last_id += 1
            self._alerts.append(
                Alert(
                    id=self._last_id,
                    at=self._clock.now(),
                    code=code,
                    detail=detail,
                    sid=sid,
                    url=url,
                )
            )

    def listed(self, *, after: int = 0) -> list[Alert]:
        """Return alerts with a greater id, oldest first."""
        with self._board.reading():
            return [alert for alert in self._alerts if alert.id > after]

    def clear(self) -> None:
        """Forget every alert."""
        with self._board.changing():
            self._alerts.clear()
