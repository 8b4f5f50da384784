"""What can go wrong on the way to a neighbour, as a caller sees it.

    ClientError
    ├── Unreachable    nothing usable came back: the call may or may not have been carried out
    ├── Refused        the neighbour answered, and said no
    └── Nonsense       the neighbour answered, but not in the agreed form

Every module of `clients` raises these (or classes derived from them) and nothing else. A message
names the neighbour and the fact, never a value that was sent or received.
"""

from collections.abc import Mapping
from typing import Any


class ClientError(Exception):
    """A call to a neighbour did not succeed."""

    def __init__(self, neighbour: str, reason: str) -> None:
        super().__init__(f"{neighbour}: {reason}")
        self.neighbour = neighbour
        """Which neighbour, as the modules of `clients` are called: `hub`, `messaging`, `mail`."""
        self.reason = reason


class Unreachable(ClientError):
    """No connection, no answer in time, or one that says it cannot work just now (502, 503, 504).

    A write may have been carried out all the same: say it again with the same idempotency key.
    """

    def __init__(self, neighbour: str, reason: str = "no answer") -> None:
        super().__init__(neighbour, reason)


class Refused(ClientError):
    """The neighbour understood and said no; saying the same again would get the same answer."""

    def __init__(
        self,
        neighbour: str,
        *,
        status: int,
        problem: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(neighbour, f"refused with {status} {problem or ''}".rstrip())
        self.status = status
        """The status that came back, of HTTP or of SMTP."""
        self.problem = problem
        """The name at the end of the problem document's `type`; None where there was none."""
        self.details: Mapping[str, Any] = details or {}
        """The members of the problem document, `retry_after_s` and the like."""


class Nonsense(ClientError):
    """An answer not of the agreed form, so that nothing in it can be believed."""

    def __init__(self, neighbour: str, reason: str = "answer not of the agreed form") -> None:
        super().__init__(neighbour, reason)
