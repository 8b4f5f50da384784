"""Call an application as Twilio does: signed, within its time limits, again where it may."""

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from simulator.carrier.overrides import Overrides, read_overrides
from simulator.carrier.signing import SIGNATURE_HEADER, Fields, signature
from simulator.errors import SimulatorError
from wire.clock import Clock

IDEMPOTENCY_HEADER = "I-Twilio-Idempotency-Token"
USER_AGENT = "TwilioProxy/1.1"

NO_CONNECTION = 11205
RETRIEVAL_FAILURE = 11200


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an application answered."""

    content_type: str
    body: bytes


class WebhookFailed(SimulatorError):
    """No attempt brought a good answer; code as in Twilio's debugger."""

    def __init__(self, code: int, detail: str, url: str) -> None:
        self.code = code
        self.detail = detail
        self.url = url
        super().__init__(detail)


class _AttemptFailed(Exception):
    """One attempt failed; kind as the retry policies name it."""

    def __init__(self, kind: str, code: int, detail: str) -> None:
        self.kind = kind
        self.code = code
        self.detail = detail
        super().__init__(detail)


class Poster:
    """Makes signed form posts."""

    def __init__(self, auth_token: str, clock: Clock) -> None:
        self._auth_token = auth_token
        self._clock = clock
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=32)
        self._client = httpx.Client(limits=limits, follow_redirects=True, trust_env=False)

    def post(self, address: str, fields: Fields) -> Answer:
        """Post a form; retry as the address's overrides say, with one idempotency token.

        Raises:
            WebhookFailed: no attempt was answered with a 2xx in time.
        """
        url, overrides = read_overrides(address)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": USER_AGENT,
            "Accept": "*/*",
            SIGNATURE_HEADER: signature(self._auth_token, url, fields),
            IDEMPOTENCY_HEADER: str(uuid.uuid4()),
        }
        body = urlencode(fields).encode()
        ends_at = self._clock.monotonic() + overrides.total_s
        retries_left = overrides.retries
        while True:
            left = ends_at - self._clock.monotonic()
            try:
                return self._attempt(url, headers, body, overrides, left)
            except _AttemptFailed as failed:
                is_over = self._clock.monotonic() >= ends_at
                if is_over or retries_left == 0 or not overrides.retries_after(failed.kind):
                    raise WebhookFailed(failed.code, failed.detail, url) from failed
                retries_left -= 1

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    def _attempt(
        self, url: str, headers: dict[str, str], body: bytes, overrides: Overrides, left_s: float
    ) -> Answer:
        timeout = httpx.Timeout(
            min(overrides.read_s, left_s), connect=min(overrides.connect_s, left_s)
        )
        try:
            response = self._client.post(url, content=body, headers=headers, timeout=timeout)
        except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
            raise _AttemptFailed("ct", NO_CONNECTION, f"could not connect: {exc}") from exc
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            detail = f"no answer: {type(exc).__name__}"
            raise _AttemptFailed("rt", RETRIEVAL_FAILURE, detail) from exc
        if not response.is_success:
            kind = "4xx" if response.is_client_error else "5xx"
            detail = f"answered {response.status_code}"
            raise _AttemptFailed(kind, RETRIEVAL_FAILURE, detail)
        return Answer(
            content_type=response.headers.get("Content-Type", ""),
            body=response.content,
        )
