"""Which pages may use the chat: an exact list of origins, compared as whole strings."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Request, Response

from webhooks.chat.problems import NotAllowed

_METHODS = "GET, POST, DELETE"
_HEADERS = "Authorization, Content-Type, Last-Event-ID"
_EXPOSED = "Retry-After"
_PREFLIGHT_S = "600"


def origin_of(url: str) -> str:
    """Return the origin of a URL as browsers write it.

    Raises:
        ValueError: the URL is not of http or https, or holds more than an origin may.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an origin begins with http:// or https://")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


class Origins:
    """The pages that may use the chat; the edge's own origin is always one of them."""

    def __init__(self, public_base_url: str, allowed: Iterable[str]) -> None:
        """Take the edge's own address and the origins of the council's pages."""
        self._own = origin_of(public_base_url)
        self._allowed = frozenset({self._own, *(origin_of(one) for one in allowed)})

    def require(self, request: Request) -> str:
        """Return the origin of the page that asks.

        A browser sends none only where page and edge are of one origin; whatever else sends none is
        taken for the edge's own page, so a token of another page does not open there.

        Raises:
            NotAllowed: the origin is not on the list, or is "null".
        """
        origin = request.headers.get("Origin", self._own)
        if origin not in self._allowed:
            raise NotAllowed
        return origin

    def dress(self, request: Request, answer: Response) -> Response:
        """Let an allowed page read the answer; say nothing to any other."""
        answer.headers.add("Vary", "Origin")
        origin = request.headers.get("Origin")
        if origin in self._allowed:
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Expose-Headers"] = _EXPOSED
        return answer

    def preflight(self, request: Request) -> Response:
        """Answer a browser that asks before it asks.

        Raises:
            NotAllowed: the origin is not on the list.
        """
        self.require(request)
        answer = Response(status=204)
        answer.headers["Access-Control-Allow-Methods"] = _METHODS
        answer.headers["Access-Control-Allow-Headers"] = _HEADERS
        answer.headers["Access-Control-Max-Age"] = _PREFLIGHT_S
        return answer
