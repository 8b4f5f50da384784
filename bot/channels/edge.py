"""The door: one turn in, its whole answer out. See docs/contracts.md, "Worker to Rasa"."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from sanic.response import json as json_response

from bot.errors import TrackerUnavailable, WrongConfiguration
from wire.envelope import EnvelopeError, Turn
from wire.names import RASA_TURNS_PATH
from wire.signing import bearer_is_valid

log = logging.getLogger(__name__)

MAX_BODY_BYTES: Final = 64 * 1024
MAX_TEXT_CHARACTERS: Final = 8_000
"""Messaging answers texts over 1,600 characters itself; placeholders may make a text longer."""
RETRY_AFTER_S: Final = 2


class EdgeChannel(InputChannel):
    """Takes turns from our own workers, and from nobody else."""

    def __init__(self, tokens: tuple[str, ...]) -> None:
        """Args: tokens: accepted bearer tokens; two while one is being replaced."""
        self._tokens = tokens
        self._running: set[asyncio.Task[Any]] = set()

    @classmethod
    def name(cls) -> str:
        """Return the part of the path that Rasa puts between `/webhooks/` and the route."""
        return RASA_TURNS_PATH.split("/")[2]

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "EdgeChannel":
        """Make the channel from its entry in `credentials.yml`.

        Raises:
            WrongConfiguration: there is no token.
        """
        tokens = tuple(str((credentials or {}).get("tokens") or "").replace(",", " ").split())
        if not tokens:
            raise WrongConfiguration("credentials: the edge channel needs its tokens")
        return cls(tokens)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the route. Rasa's own handler is not used: it answers nothing to the caller."""
        del on_new_message
        edge = Blueprint("edge")

        @edge.post("/" + RASA_TURNS_PATH.split("/")[3])
        async def take_turn(request: Request) -> HTTPResponse:
            return await self._take_turn(request)

        return edge

    async def _take_turn(self, request: Request) -> HTTPResponse:
        if not bearer_is_valid(request.headers.get("Authorization"), self._tokens):
            return json_response({"error": "unauthorised"}, status=401)
        if len(request.body) > MAX_BODY_BYTES:
            return json_response({"error": "body too long"}, status=413)
        try:
            turn = _read(request.body)
        except EnvelopeError as error:
            return json_response({"error": str(error)}, status=400)
        try:
            answer = await self._to_its_end(request.app.ctx.processor.take(turn))
        except TrackerUnavailable:
            log.warning("turn.deferred", extra=_facts(turn))
            return json_response(
                {"error": "conversation unavailable"},
                status=503,
                headers={"Retry-After": str(RETRY_AFTER_S)},
            )
        return raw(answer.to_json().encode(), content_type="application/json")

    async def _to_its_end(self, turn: Awaitable[Any]) -> Any:
        """Run a turn to its end even if the caller hangs up: what was done must be kept."""
        task = asyncio.ensure_future(turn)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)


def _read(body: bytes) -> Turn:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise EnvelopeError("a turn must be JSON") from error
    turn = Turn.from_document(document)
    if len(turn.text) > MAX_TEXT_CHARACTERS:
        raise EnvelopeError(f"text must have at most {MAX_TEXT_CHARACTERS} characters")
    if not turn.turn_id or not turn.conversation_id:
        raise EnvelopeError("turn_id and conversation_id must not be empty")
    return turn


def _facts(turn: Turn) -> dict[str, str]:
    return {
        "turn": turn.turn_id,
        "conversation": turn.conversation_id,
        "channel": turn.channel,
    }
