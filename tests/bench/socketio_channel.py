"""Rasa's own SocketIO channel without an assistant behind it: what its pushing costs by itself.

Runs in the Rasa environment, for `scripts/bench_webchat.py`:

    python -m tests.bench.socketio_channel serve PORT      the channel, as Rasa 3.6.21 brings it
    python -m tests.bench.socketio_channel drive PORT N    N browsers; talks to the bench by lines

Whoever says "hello" is pushed to; "push RATE SECONDS" starts it. A message holds the moment at
which it was handed to the channel, by the clock that all processes of a machine share.
"""

import asyncio
import itertools
import json
import secrets
import sys
import time
from typing import Any, Final

import aiohttp
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.socketio import SocketIOInput
from sanic import Sanic

PATH: Final = "/socket.io/?EIO=4&transport=websocket"
AT_ONCE: Final = 50
LAST_S: Final = 2.0


class Pusher:
    """Stands where the assistant would: takes messages and pushes to whoever has said hello."""

    def __init__(self) -> None:
        self.listeners: list[str] = []
        self.channel = SocketIOInput()
        self.tasks: set[asyncio.Task[None]] = set()

    async def take(self, message: UserMessage) -> None:
        """Note a listener, or begin to push."""
        if message.text == "hello":
            self.listeners.append(message.sender_id)
            return
        rate, seconds = (float(one) for one in str(message.text).split()[1:])
        self.tasks.add(asyncio.ensure_future(self._push(rate, seconds, message.sender_id)))

    async def _push(self, rate: float, seconds: float, asked_by: str) -> None:
        output = self.channel.get_output_channel()
        assert output is not None
        began = time.perf_counter()
        sent = 0
        for sent in itertools.count():
            due = began + sent / rate
            if due > began + seconds:
                break
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            listener = secrets.choice(self.listeners)
            await output.send_text_message(listener, f"at {time.perf_counter()!r}")
        await output.send_text_message(asked_by, f"sent {sent}")


def serve(port: int) -> None:
    """Run the channel until the process is ended."""
    app = Sanic("socketio_channel")
    pusher = Pusher()
    app.blueprint(pusher.channel.blueprint(pusher.take), url_prefix="/webhooks/socketio")
    app.run(host="127.0.0.1", port=port, access_log=False)


class Browsers:
    """Many connections, as socket.io's own script makes them, without the script."""

    def __init__(self, port: int, count: int) -> None:
        self.port = port
        self.count = count
        self.open = 0
        self.sent: int | None = None
        self.times_ms: list[float] = []

    async def drive(self) -> None:
        """Open all, wait for a word, let it push, and tell what arrived."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:
            gate = asyncio.Semaphore(AT_ONCE)
            tasks = [asyncio.ensure_future(self._listen(session, gate)) for _ in range(self.count)]
            while self.open < self.count and not any(task.done() for task in tasks):
                await asyncio.sleep(0.1)
            print(json.dumps({"open": self.open}), flush=True)
            order = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
            await self._ask(session, order.strip())
            await asyncio.sleep(LAST_S)
            print(json.dumps({"sent": self.sent, "times_ms": self.times_ms}), flush=True)
            for task in tasks:
                task.cancel()

    async def _connect(self, session: aiohttp.ClientSession) -> Any:
        socket = await session.ws_connect(f"http://127.0.0.1:{self.port}{PATH}")
        assert (await socket.receive_str()).startswith("0")
        await socket.send_str("40")
        assert (await socket.receive_str()).startswith("40")
        return socket

    async def _listen(self, session: aiohttp.ClientSession, gate: asyncio.Semaphore) -> None:
        async with gate:
            socket = await self._connect(session)
            await socket.send_str('42["user_uttered",{"message":"hello"}]')
            self.open += 1
        async for frame in socket:
            now = time.perf_counter()
            if frame.data == "2":
                await socket.send_str("3")
            elif frame.data.startswith("42"):
                text = json.loads(frame.data[2:])[1]["text"]
                self.times_ms.append((now - float(text.split()[1])) * 1000)

    async def _ask(self, session: aiohttp.ClientSession, order: str) -> None:
        socket = await self._connect(session)
        await socket.send_str("42" + json.dumps(["user_uttered", {"message": order}]))
        async for frame in socket:
            if frame.data == "2":
                await socket.send_str("3")
            elif frame.data.startswith("42"):
                self.sent = int(json.loads(frame.data[2:])[1]["text"].split()[1])
                return


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    else:
        asyncio.run(Browsers(int(sys.argv[2]), int(sys.argv[3])).drive())
