"""What one sets up in Twilio's console: the account, its numbers, and where its webhooks go."""

from dataclasses import dataclass, replace

from simulator.board import Board
from simulator.network.keywords import OptOut


@dataclass(frozen=True, kw_only=True)
class Console:
    """The settings of the number."""

    sms_webhook: str | None
    """Where inbound texts are posted; with overrides in the fragment, if any."""
    sms_fallback: str | None
    """Where they are posted when that fails."""
    opt_out: OptOut
    service_sid: str | None = None
    """The Messaging Service that the number belongs to, named in webhooks when set."""


class Account:
    """A Twilio account with its numbers."""

    def __init__(
        self, *, sid: str, auth_token: str, numbers: tuple[str, ...], console: Console, board: Board
    ) -> None:
        self.sid = sid
        self.auth_token = auth_token
        self.numbers = numbers
        """The two-way number first."""
        self._board = board
        self._at_start = console
        self._console = console

    @property
    def console(self) -> Console:
        """The settings of the moment."""
        with self._board.reading():
            return self._console

    def set_up(self, **changes: str | OptOut | None) -> Console:
        """Change settings of the console."""
        with self._board.changing():
            self._console = replace(self._console, **changes)  # type: ignore[arg-type]
            return self._console

    def clear(self) -> None:
        """Go back to the settings of the start."""
        with self._board.changing():
            self._console = self._at_start
