"""The turn that is being worked on, so that calls on its behalf say so to the next process."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from wire.names import CORRELATION_ID

LONGEST = 64

_current: ContextVar[str] = ContextVar("the turn being worked on", default="")


@contextmanager
def bound(turn_id: str) -> Iterator[str]:
    """Bind what is called meanwhile to this turn; give back what may be logged of it."""
    safe = turn_id[:LONGEST] if turn_id.isascii() and turn_id.isalnum() else ""
    token = _current.set(safe)
    try:
        yield safe
    finally:
        _current.reset(token)


def headers() -> dict[str, str]:
    """Return the header that names the turn; none outside of one."""
    current = _current.get()
    return {CORRELATION_ID: current} if current else {}
