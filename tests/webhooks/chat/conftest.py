"""The doors of the chat on a real database and a real Redis."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from clients.redis_link import connect
from clients.vault import Vault
from messaging import log
from messaging.chat import shows
from messaging.store import messages
from messaging.store.schema import conversations
from tests.messaging.fakes import FakeClock
from tests.messaging.redis_server import RedisServer
from tests.webhooks.conftest import settings
from webhooks.app import Edge
from wire.envelope import Button

COUNCIL = "https://council.example"


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis of our own."""
    server = RedisServer()
    server.start()
    yield server
    server.stop()


@dataclass
class Chat:
    """The doors as a page meets them."""

    edge: Edge
    client: FlaskClient
    clock: FakeClock
    vault: Vault
    database_file: Path

    def begin(self, origin: str = COUNCIL) -> "Visitor":
        """Begin a conversation."""
        answer = self.client.post("/webchat/v1/sessions", json={}, headers={"Origin": origin})
        assert answer.status_code == 201, answer.text
        return Visitor(self, answer.json["token"], origin)

    def conversation(self) -> str:
        """Return the id of the newest conversation."""
        with self.edge.database.reading() as connection:
            newest = select(conversations.c.conversation_id).order_by(
                conversations.c.created_at.desc()
            )
            return str(connection.execute(newest.limit(1)).scalar_one())

    def say(
        self, text: str, buttons: tuple[Button, ...] = (), custom: dict[str, Any] | None = None
    ) -> int:
        """Let the assistant say something in the newest conversation."""
        conversation = self.conversation()
        with self.edge.database.transaction() as connection:
            said = log.append(
                connection,
                conversation,
                author=messages.ASSISTANT,
                text=text,
                now=self.clock.now(),
            )
            shows.keep(connection, said.message_id, buttons=buttons, custom=custom)
        return said.seq


@dataclass
class Visitor:
    """A page that holds a token."""

    chat: Chat
    token: str
    origin: str = COUNCIL

    @property
    def headers(self) -> dict[str, str]:
        """What every request of the page carries."""
        return {"Origin": self.origin, "Authorization": f"Bearer {self.token}"}

    def send(self, text: str, client_id: str | None = None) -> TestResponse:
        """Send words."""
        return self.post({"client_id": client_id or str(uuid4()), "text": text})

    def press(self, message: int, choice: str, client_id: str | None = None) -> TestResponse:
        """Press a button."""
        pressed = {"message": message, "id": choice}
        return self.post({"client_id": client_id or str(uuid4()), "choice": pressed})

    def post(self, document: Any) -> TestResponse:
        """Post a document as a message."""
        return self.chat.client.post("/webchat/v1/messages", json=document, headers=self.headers)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask for something."""
        return self.chat.client.get("/webchat/v1" + path, headers=self.headers | headers)

    def log(self, after: int = 0) -> list[Any]:
        """Return the messages after a cursor."""
        return list(self.get(f"/messages?after={after}").json["messages"])


@pytest.fixture
def clock() -> FakeClock:
    """A clock that tests move."""
    return FakeClock()


@pytest.fixture
def more_settings() -> dict[str, str]:
    """What a test sets besides."""
    return {}


@pytest.fixture
def chat(
    tmp_path: Path,
    migrated: bytes,
    redis_server: RedisServer,
    clock: FakeClock,
    more_settings: dict[str, str],
) -> Iterator[Chat]:
    """The doors, open to one council page."""
    (tmp_path / "messaging.db").write_bytes(migrated)
    chosen = settings(
        tmp_path,
        redis_url=redis_server.url,
        webchat_origins=COUNCIL,
        webchat_demo="true",
        contact_phone="01632 960123",
        **more_settings,
    )
    connect(redis_server.url).flushall()
    edge = Edge(chosen, clock)
    vault = Vault(connect(redis_server.url), chosen.vault_key.get_secret_value())
    yield Chat(edge, edge.public.test_client(), clock, vault, tmp_path / "messaging.db")
    edge.stop()
