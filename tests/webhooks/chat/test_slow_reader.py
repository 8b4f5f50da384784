"""Who takes nothing of a stream, or sends half a request, is cut off and holds nobody up."""

import contextlib
import re
import socket
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from messaging import log
from messaging.store import messages
from messaging.store.database import Database
from messaging.store.schema import conversations
from tests.messaging.migrated import migrate
from tests.messaging.world import World, until
from tests.standins import plain
from wire.clock import SystemClock

SLOW_S = 1.0
REQUEST_S = 1.5
UNREAD = 4000
"""Messages of 1,600 characters: 6 MiB, more than the system holds for a socket."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A running edge that waits for nobody longer than a second or two."""
    made = World(
        tmp_path_factory.mktemp("edge"),
        WEBCHAT_SLOW_S=str(SLOW_S),
        EDGE_REQUEST_S=str(REQUEST_S),
        EDGE_THREADS="1",
        WEBCHAT_STREAMS="1",
    )
    made.environment["PUBLIC_BASE_URL"] = made.public("")
    made.redis.start()
    migrate(made.environment["MESSAGING_DATABASE_URL"])
    made.start("edge")
    try:
        until(lambda: _answers(made), within_s=60)
        yield made
    finally:
        made.stop()


def test_a_reader_that_takes_nothing_is_cut_off_and_holds_nobody_up(world: World) -> None:
    api = world.public("/webchat/v1")
    token = plain.post(f"{api}/sessions", json={}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    _write_much(world)

    with socket.create_connection(("127.0.0.1", world.edge_port)) as reader:
        reader.sendall(
            b"GET /webchat/v1/events HTTP/1.1\r\nHost: x\r\n"
            + f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        until(lambda: _streams(world) == 1)
        posted = plain.post(
            f"{api}/messages", json={"client_id": str(uuid4()), "text": "Hello"}, headers=headers
        )
        until(lambda: _streams(world) == 0, within_s=20 * SLOW_S)
        reader.settimeout(10)
        taken = _drain(reader)

    back = plain.get(f"{api}/messages?after={UNREAD}", headers=headers).json()["messages"]
    assert posted.status_code == 202
    assert b"HTTP/1.1 200" in taken
    assert taken.count(b"event: message") < UNREAD
    assert [one["text"] for one in back] == ["Hello"]


@pytest.mark.parametrize(
    "half",
    [
        b"POST /webchat/v1/sessions HTTP/1.1\r\nHost: x\r\n",
        (
            b"POST /webchat/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 100\r\n\r\n{"
        ),
    ],
    ids=["head", "body"],
)
def test_half_sent_requests_hold_no_thread(world: World, half: bytes) -> None:
    with contextlib.ExitStack() as senders:
        for _ in range(2):  # as many as there are threads
            sender = senders.enter_context(socket.create_connection(("127.0.0.1", world.edge_port)))
            sender.sendall(half)

        answer = plain.get(world.public("/healthz"), timeout=20 * REQUEST_S)

    assert answer.is_success


def test_a_sender_who_drips_is_cut_off_too(world: World) -> None:
    with socket.create_connection(("127.0.0.1", world.edge_port)) as sender:
        sender.settimeout(0.1)
        sender.sendall(b"GET /healthz HTTP/1.1\r\nX: ")

        until(lambda: not _takes_one_more(sender), within_s=20 * REQUEST_S)


def _takes_one_more(sender: socket.socket) -> bool:
    try:
        sender.sendall(b"x")
        return sender.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


def _write_much(world: World) -> None:
    database = Database(world.environment["MESSAGING_DATABASE_URL"])
    with database.transaction() as connection:
        conversation = connection.execute(select(conversations.c.conversation_id)).scalar_one()
        for _ in range(UNREAD):
            log.append(
                connection,
                conversation,
                author=messages.ASSISTANT,
                text="x" * 1600,
                now=SystemClock().now(),
            )
    database.close()


def _drain(reader: socket.socket) -> bytes:
    pieces = []
    with contextlib.suppress(OSError):
        while piece := reader.recv(1 << 20):
            pieces.append(piece)
    return b"".join(pieces)


def _streams(world: World) -> int:
    key = {"Authorization": f"Bearer {world.api_key}"}
    told = plain.get(world.internal("/metrics"), headers=key).text
    found = re.search(r"^messaging_chat_streams (\S+)", told, re.MULTILINE)
    assert found, told
    return int(float(found.group(1)))


def _answers(world: World) -> bool:
    try:
        return plain.get(world.public("/healthz")).is_success
    except httpx.HTTPError:
        return False
