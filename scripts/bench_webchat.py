"""Measure the web chat's streams beside Rasa's SocketIO: memory each, how soon a push arrives.

    python scripts/bench_webchat.py --streams 2000 --rate 50 --seconds 15
    python scripts/bench_webchat.py --repeat 3    the sides in turn, three times; then medians

Each side in turn: our edge with threads, our edge with gevent (gunicorn, SQLite, Redis, all on the
loopback), and Rasa's own SocketIO channel with nothing behind it. Ours: a message of the assistant
is committed to the log as a worker does it, a bell rings in Redis, the edge reads the log; timed
from the commit to the browser. Beside it parents post messages, timed to the 202: what an edge has
to answer must not wait for its streams. Theirs: the channel is handed a text inside its own
process. Prints a table; the last line is one JSON object. Exits 1 where a stream did not open, a
message of ours did not arrive, or a bound of the worker class that the edge runs with is broken.
"""

import argparse
import asyncio
import json
import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from clients.redis_link import connect  # noqa: E402 - the path comes first
from clients.sealing import key_from_base64  # noqa: E402
from messaging import log  # noqa: E402
from messaging.chat.bell import Bell  # noqa: E402
from messaging.chat.conversations import WebConversations  # noqa: E402
from messaging.queue import Wakeups  # noqa: E402
from messaging.store import messages  # noqa: E402
from messaging.store.database import Database  # noqa: E402
from tests.messaging.migrated import migrate  # noqa: E402
from tests.messaging.world import World, key, until  # noqa: E402
from tests.standins.ports import free_port  # noqa: E402
from webhooks.chat.tokens import Tokens  # noqa: E402
from webhooks.settings import EdgeSettings  # noqa: E402
from wire.clock import SystemClock  # noqa: E402

OPEN_WITHIN_S = 60.0
LAST_S = 2.0
PUSH_BOUND_MS, STREAM_BOUND_KIB = 250.0, 80.0
"""A person notices no quarter of a second; 2,000 streams within 160 MiB."""
POSTS_A_S = 5.0
"""As many as one address may send: 300 a minute."""
POST_BOUND_MS = 500.0
OURS = ("gthread", "gevent")
"""What `EDGE_WORKER_CLASS` may say."""
SOCKET_IO = "Rasa SocketIO"

Side = dict[str, float | None]
"""Figures of one side by name; None where there is nothing to measure."""


@dataclass
class Figures:
    """What was measured."""

    push_ms: list[float] = field(default_factory=list)
    post_ms: list[float] = field(default_factory=list)
    sent: int = 0
    open: int = 0
    memory_mib: float = 0.0
    """With the streams."""
    stream_kib: float = 0.0
    seconds: float = 0.0

    def document(self) -> Side:
        """Return the figures by name."""
        return {
            "streams": self.open,
            "sent": self.sent,
            "arrived": len(self.push_ms),
            "rate": round(self.sent / self.seconds, 1),
            "memory_mib": round(self.memory_mib),
            "stream_kib": round(self.stream_kib, 1),
            "p50_ms": quantile(self.push_ms, 0.50),
            "p95_ms": quantile(self.push_ms, 0.95),
            "p99_ms": quantile(self.push_ms, 0.99),
            "posted": len(self.post_ms),
            "post_p50_ms": quantile(self.post_ms, 0.50),
            "post_p95_ms": quantile(self.post_ms, 0.95),
        }


def quantile(values: list[float], share: float) -> float | None:
    """Return the value below which this share lies, to a tenth; None of nothing."""
    if not values:
        return None
    return round(sorted(values)[min(len(values) - 1, round(share * len(values)))], 1)


def memory_kib(group: int) -> int:
    """Return the resident memory of a process and its children."""
    listed = subprocess.run(
        ["ps", "-o", "rss=", "-g", str(group)], capture_output=True, check=True, text=True
    )
    return sum(int(line) for line in listed.stdout.split())


class Bench(World):
    """An edge alone."""

    def __init__(self, folder: Path, worker: str, streams: int) -> None:
        super().__init__(
            folder,
            WEBCHAT_TOKEN_KEY=key(),
            WEBCHAT_STREAMS=str(streams + 16),
            EDGE_WORKER_CLASS=worker,
            LOG_LEVEL="WARNING",
        )
        self.environment["PUBLIC_BASE_URL"] = f"http://127.0.0.1:{self.edge_port}"
        self.worker = worker
        self.streams = streams

    def start(self, *_names: str) -> None:
        """Start Redis and the edge."""
        self.redis.start()
        migrate(self.environment["MESSAGING_DATABASE_URL"])
        options = ["--threads", str(self.streams + 32)] if self.worker == "gthread" else []
        with self.logs["edge"].open("ab") as output:
            self.processes["edge"] = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "-c", "webhooks/gunicorn_conf.py"),
                    *options,
                    *("--worker-connections", str(self.streams + 64), "webhooks.wsgi"),
                ],
                env=self.environment,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(self._is_alive, within_s=60)

    def _is_alive(self) -> bool:
        try:
            return httpx.get(self.public("/healthz")).status_code == 200
        except httpx.HTTPError:
            return False


@contextmanager
def running(worker: str, streams: int) -> Iterator[Bench]:
    """Run an edge in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), worker, streams)
        try:
            bench.start()
            yield bench
        finally:
            bench.stop()


def begin(bench: Bench, database: Database, count: int) -> list[tuple[str, str]]:
    """Make conversations and their tokens: one address may not begin so many."""
    redis = connect(bench.redis.url)
    clock = SystemClock()
    web = WebConversations(
        database=database,
        wakeups=Wakeups(bench.redis.url, clock),
        bell=Bell(redis, clock),
        seal_key=key_from_base64(bench.environment["MESSAGING_SEAL_KEY"]),
        clock=clock,
    )
    tokens = Tokens(key_from_base64(bench.environment["WEBCHAT_TOKEN_KEY"]), clock)
    origin = bench.environment["PUBLIC_BASE_URL"]
    made = [web.begin() for _ in range(count)]
    return [(one, tokens.make(one, origin=origin)[0]) for one in made]


async def open_stream(
    bench: Bench, token: str, figures: Figures, sent_at: dict[str, float]
) -> None:
    """Hold one stream open and note when messages arrive."""
    reader, writer = await asyncio.open_connection("127.0.0.1", bench.edge_port)
    writer.write(
        b"GET /webchat/v1/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
        + f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    await writer.drain()
    is_open = False
    while line := await reader.readline():
        if line.startswith(b"event: state") and not is_open:
            figures.open, is_open = figures.open + 1, True
        if line.startswith(b"data:") and b'"text"' in line:
            text = json.loads(line[5:])["text"]
            if text in sent_at:  # what parents have posted shows too
                figures.push_ms.append((time.perf_counter() - sent_at[text]) * 1000)


async def post(bench: Bench, token: str, number: int, figures: Figures) -> None:
    """Post a message as a page does, and note how long its 202 took."""
    body = json.dumps({"client_id": str(uuid4()), "text": f"post {number}"}).encode()
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", bench.edge_port)
    writer.write(
        b"POST /webchat/v1/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n".encode()
        + f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    await writer.drain()
    if (await reader.readline()).startswith(b"HTTP/1.1 202"):
        figures.post_ms.append((time.perf_counter() - began) * 1000)
    writer.close()


async def at_rate(
    rate: float, seconds: float, act: Callable[[int], Coroutine[Any, Any, None]]
) -> None:
    """Act so often for so long; a slow one does not hold the next one up."""
    began = time.perf_counter()
    acting = []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        acting.append(asyncio.create_task(act(number)))
    await asyncio.gather(*acting)


def say(
    database: Database, bell: Bell, conversation: str, text: str, sent: dict[str, float]
) -> None:
    """Write a message into the log as a worker does, and ring."""
    with database.transaction() as connection:
        log.append(
            connection, conversation, author=messages.ASSISTANT, text=text, now=SystemClock().now()
        )
    sent[text] = time.perf_counter()
    bell.ring(conversation)


async def measure(bench: Bench, *, streams: int, rate: float, seconds: float) -> Figures:
    """Open the streams, then push at the rate."""
    figures, sent_at = Figures(), {}
    database = Database(bench.environment["MESSAGING_DATABASE_URL"])
    visitors = await asyncio.to_thread(begin, bench, database, streams)
    edge = bench.processes["edge"].pid
    before = memory_kib(edge)
    tasks = []
    for _, token in visitors:
        tasks.append(asyncio.create_task(open_stream(bench, token, figures, sent_at)))
        await asyncio.sleep(0.002)
    patience = time.perf_counter() + OPEN_WITHIN_S
    while figures.open < streams and time.perf_counter() < patience:
        await asyncio.sleep(0.2)
    figures.memory_mib = memory_kib(edge) / 1024
    figures.stream_kib = (memory_kib(edge) - before) / streams
    everybody = [conversation for conversation, _ in visitors]
    bell = Bell(connect(bench.redis.url), SystemClock())

    async def push(number: int) -> None:
        to = secrets.choice(everybody)
        await asyncio.to_thread(say, database, bell, to, f"message {number}", sent_at)
        figures.sent += 1

    async def receive(number: int) -> None:
        await post(bench, visitors[number % streams][1], number, figures)

    began = time.perf_counter()
    await asyncio.gather(at_rate(rate, seconds, push), at_rate(POSTS_A_S, seconds, receive))
    figures.seconds = time.perf_counter() - began
    await asyncio.sleep(LAST_S)
    for task in tasks:
        task.cancel()
    database.close()
    return figures


def measure_socket_io(*, streams: int, rate: float, seconds: float) -> Figures:
    """Let Rasa's own channel do the same, in its own environment."""
    port, figures = free_port(), Figures()
    command = [str(ROOT / ".venv-rasa/bin/python"), "-m", "tests.bench.socketio_channel"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [*command, "serve", str(port)],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            until(lambda: _listens(port), within_s=60)
            before = memory_kib(server.pid)
            browsers = subprocess.Popen(
                [*command, "drive", str(port), str(streams)],
                env=environment,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert browsers.stdin is not None
            assert browsers.stdout is not None
            figures.open = json.loads(browsers.stdout.readline())["open"]
            figures.memory_mib = memory_kib(server.pid) / 1024
            figures.stream_kib = (memory_kib(server.pid) - before) / streams
            browsers.stdin.write(f"push {rate} {seconds}\n")
            browsers.stdin.flush()
            told = json.loads(browsers.stdout.readline())
            browsers.wait(timeout=60)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    figures.sent, figures.push_ms, figures.seconds = told["sent"], told["times_ms"], seconds
    return figures


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def configured_worker() -> str:
    """Return the side that the edge itself runs with."""
    return str(EdgeSettings.model_fields["edge_worker_class"].default)


def table(sides: dict[str, Side]) -> str:
    """Return the figures to be read by people."""
    rows = {
        "streams": "open streams",
        "rate": "messages a second",
        "arrived": "messages that arrived",
        "sent": "messages sent",
        "memory_mib": "memory with the streams, MiB",
        "stream_kib": "memory a stream, KiB",
        "p50_ms": "push p50, ms",
        "p95_ms": "push p95, ms",
        "p99_ms": "push p99, ms",
        "posted": "messages taken",
        "post_p50_ms": "taken p50, ms",
        "post_p95_ms": "taken p95, ms",
    }
    lines = [" " * 30 + "".join(f"{side:>16}" for side in sides)]
    lines += [
        f"{label:<30}" + "".join(f"{_cell(figures[name]):>16}" for figures in sides.values())
        for name, label in rows.items()
    ]
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def is_within(value: float | None, most: float) -> bool:
    """Tell whether something was measured, and was not more."""
    return value is not None and value <= most


def broken_bounds(side: str, figures: Side, *, streams: int, posts: int) -> list[str]:
    """Return which bounds one of our sides broke."""
    broken = {
        "a stream did not open": figures["streams"] != streams,
        "a message did not arrive": figures["arrived"] != figures["sent"],
        "a message was not taken": figures["posted"] != posts,
    }
    if side == configured_worker():
        broken |= {
            "push p95": not is_within(figures["p95_ms"], PUSH_BOUND_MS),
            "taken p95": not is_within(figures["post_p95_ms"], POST_BOUND_MS),
            "memory": not is_within(figures["stream_kib"], STREAM_BOUND_KIB),
        }
    return [f"{side}: {what}" for what, is_broken in broken.items() if is_broken]


def measure_all(only: str | None, load: dict[str, Any]) -> dict[str, Side]:
    """Measure every side once, one after the other."""
    sides: dict[str, Side] = {}
    for side in OURS:
        if only in (None, side):
            with running(side, load["streams"]) as bench:
                sides[side] = asyncio.run(measure(bench, **load)).document()
    if only in (None, "socketio"):
        sides[SOCKET_IO] = measure_socket_io(**load).document()
    return sides


def medians(rounds: list[dict[str, Side]]) -> dict[str, Side]:
    """Return the median of every figure; None where a round has none."""
    return {
        side: {name: _median([one[side][name] for one in rounds]) for name in figures}
        for side, figures in rounds[0].items()
    }


def _median(values: list[float | None]) -> float | None:
    measured = [value for value in values if value is not None]
    return median(measured) if len(measured) == len(values) else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--repeat", type=int, default=1, help="so often, the sides in turn")
    parser.add_argument("--only", choices=[*OURS, "socketio"], help="one side alone")
    chosen = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536), most))
    load = {"streams": chosen.streams, "rate": chosen.rate, "seconds": chosen.seconds}
    posts = int(POSTS_A_S * chosen.seconds)
    rounds, broken = [], []
    for number in range(chosen.repeat):
        sides = measure_all(chosen.only, load)
        broken += [
            one
            for side, figures in sides.items()
            if side in OURS
            for one in broken_bounds(side, figures, streams=chosen.streams, posts=posts)
        ]
        print(f"round {number + 1} of {chosen.repeat}\n{table(sides)}", flush=True)
        rounds.append(sides)
    middle = medians(rounds)
    if chosen.repeat > 1:
        print(f"medians of {chosen.repeat} rounds\n{table(middle)}")
    for one in broken:
        print(f"BROKEN  {one}")
    document = {"sides": middle, "rounds": rounds, "worker": configured_worker()}
    print(json.dumps({**document, "broken": broken}))
    if broken:
        sys.exit(1)


if __name__ == "__main__":
    main()
