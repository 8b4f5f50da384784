"""The call to the action server, and what is said when it fails.

Stock Rasa opens a connection per call, waits five minutes, checks the schema that it checks the
answer with (20 ms of CPU each time), and says nothing when anything goes wrong.
"""

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import aiohttp
import jsonschema
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import deserialise_events
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot import WRITTEN_FOR_RASA
from bot.errors import ActionsAway
from bot.fail_closed import events_after_failure
from wire import correlation

log = logging.getLogger(__name__)

TOTAL_S: Final = 8.0
CONNECT_S: Final = 2.0
IDLE_S: Final = 3.0
"""Less than the action server keeps an idle connection (5 s), so that it closes none of ours."""
MAX_ANSWER_BYTES: Final = 1024 * 1024
BACKEND_AWAY: Final = "utter_core_backend_away"
REJECTED: Final = 400
"""Rasa's protocol: the action ran and asks for another one to be chosen."""

_SCHEMA: Final = RemoteAction.action_response_format_spec()
_VALIDATOR: Final = jsonschema.validators.validator_for(_SCHEMA)(_SCHEMA)
_failed: ContextVar[bool] = ContextVar("a call of this turn has failed", default=False)


@contextmanager
def one_turn() -> Iterator[None]:
    """Bind the calls of one turn together: after a first failure the others are not tried.

    So a turn waits for a dead action server once, and apologises once.
    """
    token = _failed.set(False)
    try:
        yield
    finally:
        _failed.reset(token)


class ActionCall(EndpointConfig):
    """The action server's address, with one kept-alive session behind it."""

    def __init__(self, url: str, *, total_s: float = TOTAL_S, **kwargs: Any) -> None:
        """Make the call; the session is opened when it is first used.

        Args:
            url: the full URL of the action server's webhook.
            total_s: seconds that one call may take altogether.
            kwargs: what `action_endpoint` in endpoints.yml may say besides (`headers`).
        """
        super().__init__(url, **kwargs)
        self._timeout = aiohttp.ClientTimeout(total=total_s, connect=CONNECT_S)
        self._session: aiohttp.ClientSession | None = None
        _check_answers_here()

    @classmethod
    def to(cls, endpoint: EndpointConfig) -> "ActionCall":
        """Make the call that an entry of endpoints.yml describes."""
        return cls(endpoint.url, headers=endpoint.headers, **endpoint.kwargs)

    async def request(  # type: ignore[override]
        self, method: str = "post", *, json: Mapping[str, Any], **_: Any
    ) -> dict[str, Any]:
        """Run one action.

        Args:
            method: `post`; Rasa never asks for another.
            json: Rasa's body for the action server.
            _: Rasa's own time limit and compression, which stand in nothing's way here.

        Returns:
            The events and responses of the action; those of an honest failure where it failed.

        Raises:
            ClientResponseError: the action was run and rejected its execution.
        """
        if _failed.get():
            return {"events": events_after_failure(json), "responses": []}
        try:
            return await self._run(method, json)
        except ActionsAway as error:
            _failed.set(True)
            facts = {"action": json["next_action"], "reason": str(error), "turn": _turn_id(json)}
            # No traceback: the reason says it all, and it comes once a turn while a server is away.
            log.error("action.failed", extra=facts)  # noqa: TRY400
            return {
                "events": events_after_failure(json),
                "responses": [{"response": BACKEND_AWAY}],
            }

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _run(self, method: str, call: Mapping[str, Any]) -> dict[str, Any]:
        try:
            status, body = await self._exchange(method, call)
        except (asyncio.TimeoutError, aiohttp.ClientError, OSError) as error:
            raise ActionsAway(type(error).__name__) from error
        if status == REJECTED and _is_rejection(body):
            raise ClientResponseError(status, "rejected", body.decode())
        if status >= REJECTED:
            raise ActionsAway(f"status {status}")
        return _checked(body)

    async def _exchange(self, method: str, call: Mapping[str, Any]) -> tuple[int, bytes]:
        try:
            return await self._once(method, call)
        except (aiohttp.ServerDisconnectedError, ConnectionResetError):
            # The server was restarted and our idle connection is dead. Asking again is safe:
            # whatever an action does is keyed by the turn.
            return await self._once(method, call)

    async def _once(self, method: str, call: Mapping[str, Any]) -> tuple[int, bytes]:
        with correlation.bound(_turn_id(call) or ""):
            headers = {**(self.headers or {}), **correlation.headers()}
        async with self._open().request(
            method, self.url, json=call, headers=headers, allow_redirects=False
        ) as response:
            body = await response.content.read(MAX_ANSWER_BYTES + 1)
            while len(body) <= MAX_ANSWER_BYTES and not response.content.at_eof():
                body += await response.content.read(MAX_ANSWER_BYTES + 1 - len(body))
            return response.status, body

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(keepalive_timeout=IDLE_S)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        return self._session


def _checked(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_ANSWER_BYTES:
        raise ActionsAway("answer too long")
    try:
        answer = json.loads(body)
        _VALIDATOR.validate(answer)
        deserialise_events(answer.get("events", []))
    except (ValueError, TypeError, KeyError, RecursionError, jsonschema.ValidationError) as error:
        raise ActionsAway("answer is nonsense: " + type(error).__name__) from error
    if not isinstance(answer, dict):
        raise ActionsAway("answer is nonsense: no object")
    return {"events": answer.get("events", []), "responses": answer.get("responses", [])}


def _is_rejection(body: bytes) -> bool:
    try:
        document = json.loads(body)
    except ValueError:
        return False
    return isinstance(document, dict) and isinstance(document.get("action_name"), str)


def _turn_id(call: Mapping[str, Any]) -> str | None:
    return (call["tracker"].get("latest_message") or {}).get("message_id")


def _check_answers_here() -> None:
    """Rebind the check that Rasa makes after the call: by then it can only lead to silence.

    Nothing is left unchecked: `_checked` makes the same check with the same schema, once built,
    while the failure can still be told to the person.
    """
    assert rasa.__version__ == WRITTEN_FOR_RASA
    RemoteAction._validate_action_result = lambda self, result: True  # noqa: ARG005
