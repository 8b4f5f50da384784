"""The messaging service's internal door: texts in, what became of them out."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx

from clients.delivery import DeliveryReason, DeliveryState
from clients.errors import Nonsense, Refused, Unreachable
from wire.names import HANDOFFS_PATH, IDEMPOTENCY_KEY, TEXTS_PATH
from wire.signing import bearer

NEIGHBOUR: Final = "messaging"
TIMEOUT: Final = httpx.Timeout(5.0, connect=2.0)
AWAY: Final = frozenset({429, 500, 502, 503, 504})
"""Answers that say nothing against the text itself."""

STATES: Final[frozenset[str]] = frozenset(DeliveryState)
REASONS: Final[frozenset[str]] = frozenset(DeliveryReason)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What may be said when a person is offered; None: not set or not known, so not said."""

    team: str
    is_open: bool | None
    back: str | None
    wait: str | None
    number_ends_with: str | None
    version: str


class MessagingClient:
    """Calls of the messaging service; one client for a process, safe between threads."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._http = httpx.Client(
            base_url=base_url,
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            headers={"Authorization": bearer(api_key)},
        )

    def close(self) -> None:
        """Close the connections that are kept."""
        self._http.close()

    def send(
        self, *, to: str, body: str, purpose: str, valid_for_s: int, idempotency_key: str
    ) -> str:
        """Hand a text over and return its id; the same key again is the same text.

        Args:
            to: a number in E.164 form.
            body: what to send.
            purpose: `security_code` or `notice`.
            valid_for_s: seconds after which it is of no use.
            idempotency_key: names this text, however often it is handed over.

        Raises:
            Unreachable: perhaps taken, perhaps not.
            Refused: not taken, and never will be.
            Nonsense: an answer that tells neither.
        """
        answer = self._call(
            "POST",
            TEXTS_PATH,
            json={"to": to, "body": body, "purpose": purpose, "valid_for_s": valid_for_s},
            headers={IDEMPOTENCY_KEY: idempotency_key},
        )
        text_id = answer.get("text_id")
        if not isinstance(text_id, str) or not text_id:
            raise Nonsense(NEIGHBOUR)
        return text_id

    def state(self, text_id: str) -> tuple[str, str | None]:
        """Return a text's state and, where something went wrong, the reason.

        Raises:
            Unreachable, Refused, Nonsense: it is not known.
        """
        answer = self._call("GET", f"{TEXTS_PATH}/{text_id}")
        state, reason = answer.get("state"), answer.get("reason")
        if state not in STATES or (reason is not None and reason not in REASONS):
            raise Nonsense(NEIGHBOUR)
        return state, reason

    def offer(self, conversation_id: str) -> Offer | None:
        """Return how things stand at the helpdesk; None: there is none to pass anything on to.

        Raises:
            Unreachable, Refused, Nonsense: it is not known.
        """
        path = f"{HANDOFFS_PATH}/{quote(conversation_id, safe='')}/offer"
        answer = self._call("GET", path)
        if answer.get("offer", "") is None:
            return None
        return _offer(answer.get("offer"))

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            response = self._http.request(method, path, **request)
        except httpx.HTTPError as exc:
            raise Unreachable(NEIGHBOUR, type(exc).__name__) from exc
        if response.status_code in AWAY:
            raise Unreachable(NEIGHBOUR, f"answered {response.status_code}")
        document = _document(response)
        if response.is_success:
            return document
        if not response.is_client_error:
            raise Nonsense(NEIGHBOUR, f"answered {response.status_code}")
        kind = document.get("type")
        problem = kind.rsplit(":", 1)[-1] if isinstance(kind, str) else None
        raise Refused(NEIGHBOUR, status=response.status_code, problem=problem, details=document)


def _offer(document: Any) -> Offer:
    if not isinstance(document, dict):
        raise Nonsense(NEIGHBOUR)
    texts = {name: document.get(name) for name in ("back", "wait", "number_ends_with")}
    team, version, is_open = (document.get(name) for name in ("team", "version", "is_open"))
    if (
        not isinstance(team, str)
        or not isinstance(version, str)
        or not (is_open is None or isinstance(is_open, bool))
        or not all(text is None or isinstance(text, str) for text in texts.values())
    ):
        raise Nonsense(NEIGHBOUR)
    return Offer(team=team, is_open=is_open, version=version, **texts)


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        document = response.json()
    except ValueError:
        document = None
    if isinstance(document, dict):
        return document
    if response.is_client_error:
        return {}
    raise Nonsense(NEIGHBOUR)
