"""Every "no" of the web chat's doors, as an RFC 9457 document.

Problem
├── NotAllowed          the page that asks is not one of ours
├── SessionOver         no token, a broken one, one of another page, too old, or ended
├── NotReadable         not JSON, or not of the agreed form
├── BodyTooLarge        more bytes than any message can have
├── MessageRefused      empty, too long, or a choice that was never offered
├── TooMany             a limit; says when to come back
└── NotNow              storage is away; nothing was taken, so the same request may come again
"""

import json
from typing import ClassVar

from flask import Response

TYPE_PREFIX = "urn:ehc-hub:problem:"


class Problem(Exception):
    """The answer is no, and the caller can act on why."""

    status: ClassVar[int]
    title: ClassVar[str]

    def __init__(self, name: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.retry_after_s = retry_after_s

    def response(self) -> Response:
        """Return the problem document."""
        document = {
            "type": TYPE_PREFIX + self.name,
            "title": self.title,
            "status": self.status,
        }
        if self.retry_after_s is not None:
            document["retry_after_s"] = self.retry_after_s
        answer = Response(
            json.dumps(document), status=self.status, content_type="application/problem+json"
        )
        if self.retry_after_s is not None:
            answer.headers["Retry-After"] = str(self.retry_after_s)
        return answer


class NotAllowed(Problem):
    """The page that asks is not one of ours."""

    status = 403
    title = "The chat is not available on this page."

    def __init__(self) -> None:
        super().__init__("origin-not-allowed")


class SessionOver(Problem):
    """No token, a broken one, one of another page, too old, or ended."""

    status = 401
    title = "Start a new chat."


class NotReadable(Problem):
    """Not JSON, or not of the agreed form."""

    status = 400
    title = "The request is not of the agreed form."


class BodyTooLarge(Problem):
    """More bytes than any message can have."""

    status = 413
    title = "The request is too large."


class MessageRefused(Problem):
    """Empty, too long, or a choice that was never offered."""

    status = 422
    title = "The message cannot be taken."


class TooMany(Problem):
    """A limit; says when to come back."""

    status = 429
    title = "Too many requests."


class NotNow(Problem):
    """Storage is away; nothing was taken, so the same request may come again."""

    status = 503
    title = "The chat cannot be reached at the moment."

    def __init__(self, retry_after_s: int = 2) -> None:
        super().__init__("not-now", retry_after_s=retry_after_s)
