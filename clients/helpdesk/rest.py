"""Calls of a helpdesk's REST API that together take no longer than they may."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx

from clients.errors import Nonsense, Refused, Unreachable

NEIGHBOUR: Final = "helpdesk"
CONNECT_S: Final = 5.0
READ_S: Final = 15.0
AWAY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class Calls:
    """One piece of work: a few calls, one after the other."""

    def __init__(
        self, http: httpx.Client, monotonic: Callable[[], float], *, within_s: float | None = None
    ) -> None:
        """Take the connection; None: each call has its own limit, all of them together none."""
        self._http = http
        self._monotonic = monotonic
        self._until = None if within_s is None else monotonic() + within_s

    def make(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """Return the document of an answer.

        Raises:
            Unreachable, Refused, Nonsense: as the port says.
        """
        try:
            response = self._http.request(method, path, timeout=self._timeout(), **request)
        except httpx.HTTPError as exc:
            raise Unreachable(NEIGHBOUR, type(exc).__name__) from exc
        if response.status_code in AWAY:
            raise Unreachable(NEIGHBOUR, f"answered {response.status_code}")
        if response.is_client_error:
            raise Refused(NEIGHBOUR, status=response.status_code)
        try:
            document = response.json()
        except ValueError:
            document = None
        if not response.is_success or not isinstance(document, dict):
            raise Nonsense(NEIGHBOUR, f"answered {response.status_code}")
        return document

    def pages_from_the_end(self, path: str, page_size: int) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of a list, the last one first.

        Raises:
            Unreachable, Refused, Nonsense: as the port says.
        """
        count = self.make("GET", path, params={"page_size": 1}).get("count")
        if not isinstance(count, int):
            raise Nonsense(NEIGHBOUR)
        for number in range((count + page_size - 1) // page_size, 0, -1):
            page = self.make("GET", path, params={"page_size": page_size, "page": number})
            results = page.get("results")
            if not isinstance(results, list):
                raise Nonsense(NEIGHBOUR)
            yield results

    def _timeout(self) -> httpx.Timeout:
        left = READ_S if self._until is None else self._until - self._monotonic()
        if left <= 0:
            raise Unreachable(NEIGHBOUR, "took too long")
        return httpx.Timeout(min(READ_S, left), connect=min(CONNECT_S, left))
