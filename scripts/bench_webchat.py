"""Measure the web chat's streams: memory each, and how soon a message is pushed.

    python scripts/bench_webchat.py --streams 2000 --rate 50 --seconds 20 --worker gevent

Starts an edge of its own (gunicorn, SQLite, Redis, all on the loopback), opens the streams, writes
messages of an assistant into the log as a worker does, and times each from its commit to its
arrival at the stream.
"""

import argparse
import asyncio
import json
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

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
from tests.messaging.world import World, key, until  # noqa: E402
from webhooks.chat.tokens import Tokens  # noqa: E402
from wire.clock import SystemClock  # noqa: E402

OPEN_WITHIN_S = 60.0
LAST_S = 2.0


@dataclass
class Figures:
    """What was measured."""

    push_ms: list[float] = field(default_factory=list)
    sent: int = 0
    open: int = 0


class Bench(World):
    """An edge alone."""

    def __init__(self, folder: Path, worker: str, streams: int) -> None:
        super().__init__(
            folder,
            WEBCHAT_TOKEN_KEY=key(),
            WEBCHAT_STREAMS=str(streams + 16),
            LOG_LEVEL="WARNING",
        )
        self.environment["PUBLIC_BASE_URL"] = f"http://127.0.0.1:{self.edge_port}"
        self.worker = worker
        self.streams = streams

    def start(self, *_names: str) -> None:
        """Start Redis and the edge."""
        self.redis.start()
        self.run_command("migrate")
        options = ["-k", self.worker] if self.worker != "as-configured" else []
        if self.worker == "gthread":
            options += ["--threads", str(self.streams + 32)]
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

    def memory_kib(self) -> int:
        """Return the resident memory of the edge's processes."""
        group = self.processes["edge"].pid
        listed = subprocess.run(
            ["ps", "-o", "rss=", "-g", str(group)], capture_output=True, check=True, text=True
        )
        return sum(int(line) for line in listed.stdout.split())

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
    while line := await reader.readline():
        if line.startswith(b"event: state"):
            figures.open += 1
        if line.startswith(b"data:") and b'"text"' in line:
            text = json.loads(line[5:])["text"]
            figures.push_ms.append((time.perf_counter() - sent_at[text]) * 1000)


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
    before = bench.memory_kib()
    tasks = []
    for _, token in visitors:
        tasks.append(asyncio.create_task(open_stream(bench, token, figures, sent_at)))
        await asyncio.sleep(0.002)
    patience = time.perf_counter() + OPEN_WITHIN_S
    while figures.open < streams and time.perf_counter() < patience:
        await asyncio.sleep(0.2)
    after = bench.memory_kib()
    print(f"streams     {figures.open} of {streams} open")
    print(f"memory      {before / 1024:.0f} MiB without, {after / 1024:.0f} MiB with the streams")
    print(f"per stream  {(after - before) / streams:.1f} KiB")
    everybody = [conversation for conversation, _ in visitors]
    bell = Bell(connect(bench.redis.url), SystemClock())
    ends_at = time.perf_counter() + seconds
    while time.perf_counter() < ends_at:
        began = time.perf_counter()
        text = f"message {figures.sent}"
        await asyncio.to_thread(say, database, bell, secrets.choice(everybody), text, sent_at)
        figures.sent += 1
        await asyncio.sleep(max(0.0, 1 / rate - (time.perf_counter() - began)))
    await asyncio.sleep(LAST_S)
    for task in tasks:
        task.cancel()
    database.close()
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--worker", default="as-configured", help="gevent or gthread")
    chosen = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536), most))
    with running(chosen.worker, chosen.streams) as bench:
        figures = asyncio.run(
            measure(bench, streams=chosen.streams, rate=chosen.rate, seconds=chosen.seconds)
        )
    times = sorted(figures.push_ms)
    print(f"pushed      {len(times)} of {figures.sent} in {chosen.seconds:.0f} s")
    print(f"p50         {statistics.median(times):.1f} ms")
    print(f"p95         {times[int(len(times) * 0.95) - 1]:.1f} ms")
    print(f"p99         {times[int(len(times) * 0.99) - 1]:.1f} ms")
    if len(times) < figures.sent:
        sys.exit("some messages did not arrive")


if __name__ == "__main__":
    main()
