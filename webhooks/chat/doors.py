"""The doors of the web chat: verify, hand over, answer. docs/webchat.md is the contract."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

import structlog
from flask import Response, jsonify, request

from messaging.chat.entries import Entry, Reading
from messaging.chat.errors import ChoiceNotOffered
from messaging.chat.links import JoiningCode
from messaging.errors import DatabaseAway
from webhooks.chat import documents, limits, requests, streams
from webhooks.chat.limits import Limiter
from webhooks.chat.origins import Origins
from webhooks.chat.page import Page
from webhooks.chat.problems import MessageRefused, NotNow, Problem, SessionOver
from webhooks.chat.requests import Post
from webhooks.chat.secrets import Secrets
from webhooks.chat.streams import StreamPlaces, WakeBoard
from webhooks.chat.tokens import Token, Tokens
from webhooks.guards import GuardedBlueprint
from wire.clock import Clock
from wire.signing import BEARER

_log = structlog.get_logger(__name__)


class ChatLog(Protocol):
    """What the doors ask of `messaging.chat.conversations.WebConversations`."""

    def begin(self) -> str:
        """Make a conversation and return its id."""

    def is_open(self, conversation_id: str) -> bool:
        """Tell whether it has not been ended or erased."""

    def end(self, conversation_id: str) -> None:
        """End it: its token opens nothing any more."""

    def take(self, conversation_id: str, client_id: str, text: str) -> Entry:
        """Take in words, once per client id."""

    def press(self, conversation_id: str, client_id: str, message: int, choice: str) -> Entry:
        """Take in a pressed button, once per client id."""

    def read(self, conversation_id: str, after: int, limit: int) -> Reading:
        """Return what comes after a cursor."""

    def offer_phone(self, conversation_id: str) -> JoiningCode:
        """Return the words that let a phone join."""

    def leave_phone(self, conversation_id: str) -> None:
        """Let the phone go."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A request that carries a good token."""

    token: Token

    @property
    def conversation_id(self) -> str:
        """The conversation that it may see."""
        return self.token.conversation_id


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Everything that the doors need."""

    log: ChatLog
    tokens: Tokens
    origins: Origins
    limiter: Limiter
    secrets: Secrets
    board: WakeBoard
    places: StreamPlaces
    page: Page
    clock: Clock
    slow_s: float
    """How long a stream waits for a reader that takes nothing."""

    def blueprint(self) -> GuardedBlueprint:
        """Return the routes under `/webchat/v1`."""
        routes = GuardedBlueprint(
            "webchat", __name__, guard=self._page_is_ours, url_prefix="/webchat/v1"
        )
        rules = (
            ("GET", "/config", self.config),
            ("POST", "/sessions", self.begin),
            ("DELETE", "/sessions/current", self.end),
            ("POST", "/messages", self.post),
            ("GET", "/messages", self.poll),
            ("GET", "/events", self.events),
            ("GET", "/secrets/<reference>", self.secret),
            ("POST", "/phone", self.offer_phone),
            ("DELETE", "/phone", self.leave_phone),
        )
        for method, path, view in rules:
            routes.add_url_rule(
                path, view_func=view, methods=[method], provide_automatic_options=False
            )
        routes.add_url_rule("/<path:_path>", view_func=self.preflight, methods=["OPTIONS"])
        routes.register_error_handler(Problem, lambda problem: problem.response())
        routes.register_error_handler(DatabaseAway, _not_now)
        routes.after_request(self._dress)
        return routes

    def preflight(self, _path: str) -> Response:
        """Answer a browser that asks before it asks."""
        return self.origins.preflight(request)

    def config(self) -> Response:
        """Give the page its words, links and limits."""
        self.limiter.require(limits.CONFIG_BY_ADDRESS, _address())
        return jsonify(self.page.document(request.args.get("lang", ""), self.clock.now()))

    def begin(self) -> tuple[Response, int]:
        """Make a conversation and the token that opens it."""
        origin = self.origins.require(request)
        self.limiter.require(limits.SESSIONS_BY_ADDRESS, _address())
        requests.read_empty(request)
        conversation_id = self.log.begin()
        token, expires_at = self.tokens.make(conversation_id, origin=origin)
        _log.info("chat.begun", conversation=conversation_id)
        return jsonify(token=token, expires_at=documents.rfc3339(expires_at)), 201

    def end(self) -> tuple[str, int]:
        """End the conversation for every tab."""
        visit = self._visit()
        self.log.end(visit.conversation_id)
        self.board.wake(visit.conversation_id)
        _log.info("chat.ended", conversation=visit.conversation_id)
        return "", 204

    def post(self) -> tuple[Response, int]:
        """Take in a message; 202 means that it is stored and will be answered."""
        visit = self._visit()
        post = requests.read_post(request)
        self.limiter.require(limits.MESSAGES, visit.conversation_id)
        self.limiter.require(limits.MESSAGES_BY_ADDRESS, _address())
        entry = self._take(visit, post)
        self.board.wake(visit.conversation_id)
        return jsonify(id=entry.seq, at=documents.rfc3339(entry.at), text=entry.text), 202

    def poll(self) -> Response:
        """Give what comes after a cursor, waiting for it up to `wait` seconds."""
        visit = self._visit()
        self.limiter.require(limits.READS, visit.conversation_id)
        after = requests.read_cursor(request.args.get("after"))
        wait_s = requests.read_wait_s(request.args.get("wait"))
        with (
            self.places.taken(visit.conversation_id),
            self.board.waiting(visit.conversation_id) as waiter,
        ):
            reading = streams.poll(
                self._reader(visit), waiter, after=after, wait_s=wait_s, clock=self.clock
            )
        if not reading.is_open:
            raise SessionOver("session-ended")
        return jsonify(documents.page(reading))

    def events(self) -> Response:
        """Give what comes after a cursor, and what comes after that, as it comes."""
        visit = self._visit()
        self.limiter.require(limits.READS, visit.conversation_id)
        after = requests.read_cursor(request.headers.get("Last-Event-ID"))
        with ExitStack() as place:
            place.enter_context(self.places.taken(visit.conversation_id))
            answer = Response(self._flow(visit, after), content_type="text/event-stream")
            answer.call_on_close(place.pop_all().close)
        answer.headers["X-Accel-Buffering"] = "no"
        streams.drop_if_slow(request.environ, self.slow_s)
        return answer

    def secret(self, reference: str) -> Response:
        """Give a value that stands behind a placeholder, to the first page that asks."""
        visit = self._visit()
        self.limiter.require(limits.SECRETS, visit.conversation_id)
        claim = requests.read_claim(request.args.get("claim"))
        shown = self.secrets.reveal(visit.conversation_id, reference, claim=claim)
        return jsonify(documents.secret(shown))

    def offer_phone(self) -> tuple[Response, int]:
        """Give the words that a phone texts to go on with this conversation."""
        visit = self._visit()
        self.limiter.require(limits.PHONES, visit.conversation_id)
        requests.read_empty(request)
        code = self.log.offer_phone(visit.conversation_id)
        return jsonify(words=code.words, expires_at=documents.rfc3339(code.expires_at)), 201

    def leave_phone(self) -> tuple[str, int]:
        """Go on in the chat alone."""
        visit = self._visit()
        self.log.leave_phone(visit.conversation_id)
        self.board.wake(visit.conversation_id)
        _log.info("chat.phone_left", conversation=visit.conversation_id)
        return "", 204

    def _page_is_ours(self) -> None:
        """Let in requests of our own pages only.

        Raises:
            NotAllowed: another page asks.
        """
        self.origins.require(request)

    def _visit(self) -> Visit:
        """Return whose request this is.

        Raises:
            NotAllowed, SessionOver: it may not be answered.
        """
        origin = self.origins.require(request)
        header = request.headers.get("Authorization", "")
        if not header.startswith(BEARER):
            raise SessionOver("token-missing")
        token = self.tokens.read(header[len(BEARER) :], origin=origin)
        if not self.log.is_open(token.conversation_id):
            raise SessionOver("session-ended")
        return Visit(token=token)

    def _take(self, visit: Visit, post: Post) -> Entry:
        if post.pressed is None:
            return self.log.take(visit.conversation_id, post.client_id, post.text or "")
        try:
            return self.log.press(
                visit.conversation_id, post.client_id, post.pressed.message, post.pressed.choice
            )
        except ChoiceNotOffered as exc:
            raise MessageRefused("choice-not-offered") from exc

    def _reader(self, visit: Visit) -> streams.Read:
        return lambda after, limit: self.log.read(visit.conversation_id, after, limit)

    def _flow(self, visit: Visit, after: int) -> Iterator[str]:
        with self.board.waiting(visit.conversation_id) as waiter:
            yield from streams.flow(
                self._reader(visit),
                waiter,
                after=after,
                until=visit.token.expires_at,
                clock=self.clock,
            )

    def _dress(self, answer: Response) -> Response:
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return self.origins.dress(request, answer)


def _not_now(_error: DatabaseAway) -> Response:
    return NotNow().response()


def _address() -> str:
    return limits.household(request.remote_addr or "")
