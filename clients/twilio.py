"""The carrier: sending texts, finding them again, and proving who calls.

Uses Twilio's own library, which brings no time-out of its own, logs numbers at INFO, and repeats
nothing; all three are seen to here.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from clients.errors import Nonsense, Refused, Unreachable

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 10.0
LOOKUP_LIMIT = 100
LIST_LIMIT = 5_000

_NEIGHBOUR = "twilio"
_SERVICE_PREFIX = "MG"
"""A sender that is a Messaging Service and not a number."""
_TOO_MANY = 429
_SERVER_ERROR = 500


class CarrierRefused(Refused):
    """The carrier did not take the text; `code` is its error code, where it gave one."""

    def __init__(self, *, status: int, code: int | None) -> None:
        super().__init__(_NEIGHBOUR, status=status, problem=None if code is None else str(code))
        self.code = code


class CarrierBusy(Unreachable):
    """Too many requests: this one was certainly not carried out; `code` says why, where known."""

    status = _TOO_MANY

    def __init__(self, code: int | None = None) -> None:
        super().__init__(_NEIGHBOUR, f"too many requests {code or ''}".rstrip())
        self.code = code


class CarrierAway(Unreachable):
    """No connection: the request certainly never arrived."""


@dataclass(frozen=True, kw_only=True)
class SentText:
    """A text as the carrier's own list shows it."""

    carrier_id: str
    status: str
    error_code: int | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReceivedText:
    """A text that somebody sent to us, as the carrier's own list shows it."""

    carrier_id: str
    number: str
    body: str
    media_count: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Received:
    """What the carrier's list shows of texts to us, oldest first."""

    texts: list[ReceivedText]
    is_whole: bool
    """False: there were more than are read at a time, and the oldest are missing."""


class _TimedAdapter(HTTPAdapter):
    """Gives every request a time-out for connecting and one for reading."""

    def __init__(self, timeout_s: tuple[float, float]) -> None:
        self._timeout_s = timeout_s
        super().__init__(pool_maxsize=32)

    def send(self, request: Any, **options: Any) -> Any:  # type: ignore[override]
        """Send as usual, with our time-outs in the place of the library's single one."""
        return super().send(request, **{**options, "timeout": self._timeout_s})


def _http_client(timeout_s: tuple[float, float]) -> TwilioHttpClient:
    # The library logs addresses with numbers in them; its lines go nowhere.
    silent = logging.getLogger("twilio.silent")
    silent.disabled = True
    client = TwilioHttpClient(timeout=sum(timeout_s), logger=silent)
    session = requests.Session()
    # Neither a proxy nor credentials of the machine's own have a say in this.
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, _TimedAdapter(timeout_s))
    client.session = session
    return client


class Twilio:
    """One account at the carrier; safe to share between threads."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        base_url: str | None = None,
        timeout_s: tuple[float, float] = (CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
    ) -> None:
        """Take the account; `base_url` replaces https://api.twilio.com."""
        self._http = _http_client(timeout_s)
        self._client = Client(account_sid, auth_token, http_client=self._http)
        if base_url is not None:
            self._client.api.base_url = base_url

    def close(self) -> None:
        """Close the kept connections."""
        if self._http.session is not None:
            self._http.session.close()

    def send(
        self, *, to: str, sender: str, body: str, status_callback: str, validity_s: int
    ) -> str:
        """Hand over a text and return the carrier's id of it.

        Raises:
            CarrierRefused: it said no; `code` says why.
            CarrierBusy: too many requests; not sent.
            CarrierAway: it could not be reached; not sent.
            Unreachable: no clear answer; it may have been sent. Look it up before repeating.
            Nonsense: an answer that cannot be read; it may have been sent.
        """
        by_service = sender.startswith(_SERVICE_PREFIX)
        message = self._ask(
            self._client.messages.create,
            to=to,
            **{"messaging_service_sid" if by_service else "from_": sender},
            body=body,
            status_callback=status_callback,
            validity_period=validity_s,
        )
        if not isinstance(message.sid, str) or not message.sid:
            raise Nonsense(_NEIGHBOUR, "no id")
        return message.sid

    def find_sent(self, *, to: str, body: str, segments: int, since: datetime) -> list[SentText]:
        """Return texts to this number since then that may be this one, oldest first.

        Raises:
            Unreachable, CarrierRefused, Nonsense: nothing is known.
        """
        listed = self._ask(self._client.messages.list, to=to, limit=LOOKUP_LIMIT)
        found = [
            SentText(
                carrier_id=str(message.sid),
                status=str(message.status),
                error_code=message.error_code,
                created_at=message.date_created,
            )
            for message in listed
            if may_be(message.body, _count(message.num_segments), body=body, segments=segments)
            and message.date_created is not None
            and message.date_created >= since
        ]
        return sorted(found, key=lambda text: text.created_at)

    def received(self, *, numbers: Sequence[str], since: datetime) -> Received:
        """Return texts to these numbers of ours since then, oldest first.

        Raises:
            Unreachable, CarrierRefused, Nonsense: nothing is known.
        """
        found: list[ReceivedText] = []
        is_whole = True
        for number in numbers:
            listed = self._ask(
                self._client.messages.list, to=number, date_sent_after=since, limit=LIST_LIMIT
            )
            # Newest first: what is cut off are the oldest, the first to have been lost.
            is_whole = is_whole and len(listed) < LIST_LIMIT
            found += [
                ReceivedText(
                    carrier_id=str(message.sid),
                    number=str(message.from_),
                    body=str(message.body or ""),
                    media_count=_count(message.num_media),
                    created_at=message.date_created,
                )
                for message in listed
                if str(message.direction) == "inbound"
                and message.date_created is not None
                and message.date_created >= since
            ]
        return Received(texts=sorted(found, key=lambda text: text.created_at), is_whole=is_whole)

    def _ask(self, call: Any, **fields: Any) -> Any:
        try:
            return call(**fields)
        except TwilioRestException as exc:
            raise _translated(exc) from None
        except requests.ConnectTimeout as exc:
            raise CarrierAway(_NEIGHBOUR, "connect time-out") from exc
        except requests.ConnectionError as exc:
            raise _connection_trouble(exc) from exc
        except requests.RequestException as exc:
            raise Unreachable(_NEIGHBOUR, type(exc).__name__) from exc
        except (TwilioException, ValueError, KeyError, TypeError, AttributeError) as exc:
            raise Nonsense(_NEIGHBOUR, type(exc).__name__) from exc


def may_be(listed: str | None, listed_segments: int, *, body: str, segments: int) -> bool:
    """Tell whether a text in the carrier's list may be the one that we look for.

    Where bodies are redacted nothing stands there, and the count of segments has to do: 0 as long
    as a Messaging Service has not chosen its sender.
    """
    if listed:
        return listed == body
    return listed_segments in (0, segments)


def _count(number: str | int | None) -> int:
    """Read a number that Twilio writes as a string."""
    return int(number or 0)


def _translated(exc: TwilioRestException) -> Exception:
    if exc.status == _TOO_MANY:
        return CarrierBusy(exc.code)
    if exc.status >= _SERVER_ERROR:
        return Unreachable(_NEIGHBOUR, f"status {exc.status}")
    return CarrierRefused(status=exc.status, code=exc.code)


def _connection_trouble(exc: requests.ConnectionError) -> Unreachable:
    # Refused or unresolved: urllib3 calls it a NewConnectionError. Broken off later, the request
    # may have arrived; so it may where TLS broke, which also happens while an answer is read.
    cause = getattr(exc.args[0] if exc.args else None, "reason", None)
    if type(cause).__name__ in {"NewConnectionError", "NameResolutionError"}:
        return CarrierAway(_NEIGHBOUR, type(cause).__name__)
    return Unreachable(_NEIGHBOUR, type(exc).__name__)


class Signatures:
    """Tells a webhook that the carrier signed from one that it did not."""

    def __init__(self, tokens: Iterable[str]) -> None:
        """Take every token that is accepted: two while one is being replaced."""
        self._validators = [RequestValidator(token) for token in tokens if token]

    def are_valid(self, url: str, fields: Any, signature: str | None) -> bool:
        """Tell whether a signature fits the address that was configured and every field.

        Args:
            url: as the carrier calls it, with its query.
            fields: the form as a multi-dictionary: a repeated field counts with all its values.
            signature: the header; a missing one fits nothing.
        """
        if not signature:
            return False
        matches = [bool(v.validate(url, fields, signature)) for v in self._validators]
        return any(matches)
