"""The assistant: one masked turn in, everything it says to it out."""

import httpx

from clients.errors import Nonsense, Refused, Unreachable
from wire.envelope import EnvelopeError, Turn, TurnAnswer
from wire.names import CORRELATION_ID, RASA_TURNS_PATH
from wire.signing import bearer

CONNECT_TIMEOUT_S = 2.0
READY_TIMEOUT_S = 2.0

_NEIGHBOUR = "rasa"
_OK = 200
_AWAY = frozenset({429, 500, 502, 503, 504})


class Rasa:
    """The custom channel of one Rasa server; safe to share between threads."""

    def __init__(self, base_url: str, token: str, *, timeout_s: float) -> None:
        """Take the address and the bearer token of the channel; `timeout_s` bounds one turn."""
        self._http = httpx.Client(
            base_url=base_url,
            headers={"Authorization": bearer(token)},
            timeout=httpx.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
            trust_env=False,
        )

    def hand_in(self, turn: Turn) -> TurnAnswer:
        """Return the answer to a turn; the same turn handed in again gets the same answer.

        Raises:
            Unreachable: away, busy or too slow; hand the turn in again later.
            Refused: malformed turn (400) or wrong token (401, 403).
            Nonsense: what came back is no answer to this turn.
        """
        try:
            response = self._http.post(
                RASA_TURNS_PATH,
                content=turn.to_json(),
                headers={"Content-Type": "application/json", CORRELATION_ID: turn.turn_id},
            )
        except httpx.HTTPError as exc:
            raise Unreachable(_NEIGHBOUR, type(exc).__name__) from exc
        if response.status_code in _AWAY:
            raise Unreachable(_NEIGHBOUR, f"status {response.status_code}")
        if 400 <= response.status_code < 500:
            raise Refused(_NEIGHBOUR, status=response.status_code)
        return _answer(response, turn.turn_id)

    def is_ready(self) -> bool:
        """Tell whether the server says that it can take turns."""
        try:
            response = self._http.get("/readyz", timeout=READY_TIMEOUT_S)
        except httpx.HTTPError:
            return False
        return response.status_code == _OK

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()


def _answer(response: httpx.Response, turn_id: str) -> TurnAnswer:
    if response.status_code != _OK:
        raise Nonsense(_NEIGHBOUR, f"status {response.status_code}")
    try:
        answer = TurnAnswer.from_document(response.json())
    except (EnvelopeError, ValueError) as exc:
        raise Nonsense(_NEIGHBOUR, "not an answer") from exc
    if answer.turn_id != turn_id:
        raise Nonsense(_NEIGHBOUR, "an answer to another turn")
    return answer
