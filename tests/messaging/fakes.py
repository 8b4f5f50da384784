"""Fakes for tests inside one process."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def pass_by(self, span: timedelta) -> None:
        self.time += span


class SilentWakeups:
    """Wakes nobody and remembers who would have been woken."""

    def __init__(self) -> None:
        self.turns: list[str] = []
        self.sends: list[str] = []

    def turn(self, conversation_id: str) -> None:
        self.turns.append(conversation_id)

    def texts(self, conversation_id: str) -> None:
        self.sends.append(conversation_id)
