"""How a call gets to the hub over HTTP, and how its answer is told from a refusal."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import httpx

from clients.errors import Nonsense, Refused, Unreachable
from clients.hub import reading
from clients.hub.refusals import REFUSALS, Call, HubRefused
from clients.hub.words import Problem
from wire import correlation
from wire.names import IDEMPOTENCY_KEY
from wire.signing import bearer

CONNECT_TIMEOUT_S: Final = 2.0
READ_TIMEOUT_S: Final = 5.0
TOTAL_TIMEOUT_S: Final = 5.8
"""All of one call; a person is waiting, and the assistant's own deadline is later than this."""

_PROBLEM_PREFIX: Final = "urn:ehc-hub:problem:"


class Transport:
    """One kept-alive connection pool, safe to share between turns."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        transport: httpx.AsyncBaseTransport | None,
        total_timeout_s: float,
    ) -> None:
        """Open nothing yet."""
        self._total_timeout_s = total_timeout_s
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": bearer(api_key)},
            timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            transport=transport,
            trust_env=False,
        )

    async def aclose(self) -> None:
        """Close the kept-alive connections."""
        await self._http.aclose()

    async def write(
        self,
        call: Call,
        method: str,
        path: str,
        key: str,
        body: Mapping[str, Any] | None = None,
        *,
        expected: int = 200,
    ) -> Mapping[str, Any]:
        """Make a call that changes something; the same key again changes nothing more."""
        return await self.read(
            call, path, method=method, expected=expected, json=body, headers={IDEMPOTENCY_KEY: key}
        )

    async def read(
        self, call: Call, path: str, *, method: str = "GET", expected: int = 200, **request: Any
    ) -> Mapping[str, Any]:
        """Return the JSON object of the expected answer; an empty one where it has no body.

        Raises:
            ClientError: any other answer, or none.
        """
        response = await self.send(method, path, **request)
        if response.status_code == expected:
            return {} if expected == httpx.codes.NO_CONTENT else _json(response)
        raise _refusal(call, response)

    async def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Return whatever comes back in time.

        Raises:
            Unreachable, Nonsense: nothing, or nothing readable.
        """
        try:
            async with asyncio.timeout(self._total_timeout_s):
                headers = {**correlation.headers(), **request.pop("headers", {})}
                return await self._http.request(method, path, headers=headers, **request)
        except (TimeoutError, httpx.TimeoutException) as exc:
            raise Unreachable(reading.NEIGHBOUR, "no answer in time") from exc
        except httpx.DecodingError as exc:
            raise Nonsense(reading.NEIGHBOUR, "unreadable body") from exc
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as exc:
            raise Unreachable(reading.NEIGHBOUR, type(exc).__name__) from exc


def _json(response: httpx.Response) -> Mapping[str, Any]:
    try:
        return reading.document(response.json())
    except (ValueError, RecursionError) as exc:
        raise Nonsense(reading.NEIGHBOUR, "not JSON") from exc


def _refusal(call: Call, response: httpx.Response) -> Exception:
    """Return the error for an answer that is not the expected one."""
    status = response.status_code
    problem = _named_problem(response)
    if problem is not None and problem in REFUSALS[call]:
        return HubRefused(status=status, problem=problem, details=_json(response))
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Unreachable(reading.NEIGHBOUR, f"answered {status}")
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Refused(reading.NEIGHBOUR, status=status)
    return Nonsense(reading.NEIGHBOUR, f"{call} answered {status} against the contract")


def _named_problem(response: httpx.Response) -> Problem | None:
    try:
        name = reading.text(_json(response), "type")
        return Problem(name.removeprefix(_PROBLEM_PREFIX))
    except (Nonsense, ValueError):
        return None
