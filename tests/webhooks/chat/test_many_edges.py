"""Several edge processes beside one database: any of them answers any request of any page."""

import copy
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.messaging.postgres import Postgres
from tests.messaging.world import World, key, until
from tests.standins import plain
from tests.standins.ports import free_port


class Edges(World):
    """Two edge processes of one service; the second listens on a port of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        super().__init__(folder, WEBCHAT_TOKEN_KEY=key(), **environment)
        self.ports = [self.edge_port, free_port()]
        self.second: World | None = None

    def start(self, *names: str) -> None:
        """Start everything and a second edge."""
        super().start(*names)
        if names:
            return
        second = copy.copy(self)
        second.processes, second.second = {}, None
        second.edge_port = self.ports[1]
        second.logs = {"edge": self.folder / "edge-2.log"}
        ports = {"EDGE_PORT": str(self.ports[1]), "EDGE_INTERNAL_PORT": str(free_port())}
        second.environment = self.environment | ports
        second.start("edge")
        self.second = second
        until(second.is_ready, within_s=30)

    def stop(self) -> None:
        """End everything."""
        if self.second is not None:
            for process in self.second.processes.values():
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
        super().stop()

    def edge(self, number: int) -> str:
        """Return the address of the chat at one of the edges."""
        return f"http://127.0.0.1:{self.ports[number]}/webchat/v1"


class Stream:
    """An open stream of server-sent events at one edge, read as a page does."""

    def __init__(self, url: str, headers: dict[str, str], after: int = 0) -> None:
        self.messages: list[Any] = []
        self.ended: str | None = None
        """How it ended: `whole`, or `cut` in the middle."""
        self._url = url + "/events"
        self._headers = headers | {"Last-Event-ID": str(after)}
        Thread(target=self._read, daemon=True).start()

    def texts(self) -> list[str]:
        """Return what has arrived, in order."""
        return [one["text"] for one in self.messages]

    def _read(self) -> None:
        with plain.stream("GET", self._url, headers=self._headers, timeout=60) as answer:
            try:
                for line in answer.iter_lines():
                    if line.startswith("data: ") and '"client_id"' in line:
                        self.messages.append(json.loads(line[6:]))
            except httpx.HTTPError:
                self.ended = "cut"  # the edge was killed
                return
            self.ended = "whole"


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def running_edges(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Edges]:
    """Two running edges, workers, and a database of either kind."""
    server = None
    more = {}
    if request.param == "postgresql":
        server = Postgres()
        server.start()
        more["MESSAGING_DATABASE_URL"] = server.create("messaging")
    made = Edges(tmp_path_factory.mktemp("edges"), **more)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        if server is not None:
            server.stop()


@pytest.fixture
def edges(running_edges: Edges) -> Iterator[Edges]:
    """Both edges; one that a test has ended comes back."""
    yield running_edges
    running_edges.mend()


def send(url: str, headers: dict[str, str], text: str, client_id: str | None = None) -> int:
    """Post a message; return its number."""
    message = {"client_id": client_id or str(uuid4()), "text": text}
    answer = plain.post(url + "/messages", json=message, headers=headers)
    assert answer.status_code == 202, answer.text
    return int(answer.json()["id"])


def test_two_edges_are_one_chat_and_one_may_die(edges: Edges) -> None:
    first, second = edges.edge(0), edges.edge(1)
    token = plain.post(first + "/sessions", json={}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    streams = [Stream(first, headers), Stream(second, headers)]
    same = str(uuid4())
    earlier = len(edges.assistant.turns)

    numbers = {send(url, headers, "one", same) for url in (first, second, first)}
    send(second, headers, "two")
    said = ["one", "You said: one", "two", "You said: two"]
    for stream in streams:
        until(lambda stream=stream: sorted(stream.texts()) == sorted(said))
    edges.kill("edge")
    send(second, headers, "three")
    until(lambda: "You said: three" in streams[1].texts())
    last = streams[0].messages[-1]["id"]
    resumed = Stream(second, headers, after=last)
    until(lambda: len(resumed.messages) == 2)

    assert len(numbers) == 1
    assert len({turn["turn_id"] for turn in edges.assistant.turns[earlier:]}) == 3
    assert resumed.texts() == ["three", "You said: three"]
    ids = [one["id"] for one in streams[1].messages]
    assert ids == sorted(set(ids))


def test_an_edge_that_is_told_to_end_lets_its_streams_end(edges: Edges) -> None:
    first = edges.edge(0)
    token = plain.post(first + "/sessions", json={}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    stream = Stream(first, headers)
    send(first, headers, "one")
    until(lambda: "You said: one" in stream.texts())

    edge = edges.processes.pop("edge")
    edge.terminate()
    until(lambda: stream.ended is not None, within_s=30)
    edge.wait(timeout=60)

    assert stream.ended == "whole"
