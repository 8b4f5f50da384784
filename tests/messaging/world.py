"""The messaging service as it runs: real processes, a real Redis, neighbours on free ports."""

import base64
import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.messaging.migrated import migrate
from tests.messaging.neighbours import Assistant, Carrier, signature
from tests.messaging.redis_server import ROOT, RedisServer
from tests.standins import plain
from tests.standins.ports import free_port

PUBLIC = "https://texts.example.gov.uk"
OURS = "+447700900999"
NICE = {"workers": ["nice", "-n", "5"]}
"""As in the Procfile."""


def key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def until(condition: Callable[[], Any], *, within_s: float = 15.0) -> Any:
    """Wait until the condition is true and return its value.

    Raises:
        AssertionError: it did not come true in time.
    """
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"not within {within_s} s")


class World:
    """Edge and workers as separate processes that a test can kill and start again."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.sid = "AC" + secrets.token_hex(16)
        self.token = secrets.token_hex(16)
        self.api_key = secrets.token_hex(16)
        self.rasa_token = secrets.token_hex(16)
        self.redis = RedisServer()
        self.carrier = Carrier(self.sid, self.token)
        self.assistant = Assistant(self.rasa_token)
        self.edge_port, self.internal_port = free_port(), free_port()
        self.worker_port = free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.logs = {name: folder / f"{name}.log" for name in ("edge", "workers")}
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "PUBLIC_BASE_URL": PUBLIC,
            "REDIS_URL": self.redis.url,
            "MESSAGING_DATABASE_URL": f"sqlite:///{folder / 'messaging.db'}",
            "VAR_DIR": str(folder),
            "VAULT_KEY": key(),
            "WEBCHAT_TOKEN_KEY": key(),
            "CONVERSATION_KEY": key(),
            "MESSAGING_SEAL_KEY": key(),
            "MESSAGING_API_KEYS": self.api_key,
            "TWILIO_ACCOUNT_SID": self.sid,
            "TWILIO_AUTH_TOKEN": self.token,
            "TWILIO_FROM": OURS,
            "TWILIO_API_BASE_URL": self.carrier.url,
            "TWILIO_SEGMENTS_PER_S": "1000",
            "TWILIO_CONNECT_TIMEOUT_S": "1",
            "TWILIO_READ_TIMEOUT_S": "2",
            "RASA_URL": self.assistant.url,
            "RASA_CHANNEL_TOKEN": self.rasa_token,
            "ALLOW_DRAMA_NUMBERS": "true",
            "EDGE_PORT": str(self.edge_port),
            "EDGE_INTERNAL_PORT": str(self.internal_port),
            "WORKER_PORT": str(self.worker_port),
            "LEASE_S": "4",
            "TICK_S": "0.2",
        } | environment

    def start(self, *names: str) -> None:
        """Start `edge` or `workers`, or everything, and wait until it can be used."""
        if not names:
            self.redis.start()
            migrate(self.environment["MESSAGING_DATABASE_URL"])
        for name in names or ("workers", "edge"):
            commands = {
                "edge": ["-m", "gunicorn", "-c", "webhooks/gunicorn_conf.py", "webhooks.wsgi"],
                "workers": ["-m", "messaging", "run"],
            }
            with self.logs[name].open("ab") as output:
                self.processes[name] = subprocess.Popen(
                    [*NICE.get(name, []), sys.executable, *commands[name]],
                    env=self.environment,
                    cwd=ROOT,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        if not names:
            until(self.is_ready)

    def kill(self, name: str) -> None:
        """Kill a process and its children as a power cut would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def mend(self) -> None:
        """Bring back whatever a test took away."""
        self.carrier.fault = lambda fields: None
        self.carrier.delay_s = 0.0
        self.assistant.fault = lambda turn: None
        self.assistant.reply = lambda turn: [f"You said: {turn['text']}"]
        for neighbour in (self.redis, self.carrier, self.assistant):
            neighbour.start()
        for name in ("workers", "edge"):
            if name not in self.processes:
                self.start(name)
        until(self.is_ready, within_s=30)

    def stop(self) -> None:
        """End everything."""
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.redis.stop()
        self.carrier.stop()
        self.assistant.stop()

    def is_ready(self) -> bool:
        """Tell whether the edge says that a text can be answered."""
        with contextlib.suppress(httpx.HTTPError):
            return plain.get(self.public("/readyz")).status_code == 200
        return False

    def public(self, path: str) -> str:
        return f"http://127.0.0.1:{self.edge_port}{path}"

    def internal(self, path: str) -> str:
        return f"http://127.0.0.1:{self.internal_port}{path}"

    def text(self, number: str, body: str, **more: str) -> httpx.Response:
        """Send a text as the carrier's signed webhook."""
        sid = more.pop("sid", "SM" + secrets.token_hex(16))
        fields = {
            "ToCountry": "GB",
            "MessageSid": sid,
            "SmsSid": sid,
            "AccountSid": self.sid,
            "From": number,
            "To": OURS,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
            "ApiVersion": "2010-04-01",
        } | more
        return self.post("/webhooks/twilio/sms", fields)

    def status(self, text: Any, status: str, code: str = "") -> httpx.Response:
        """Report on a text that the carrier took."""
        parts = httpx.URL(text.fields["StatusCallback"])
        fields = {
            "MessageSid": text.sid,
            "MessageStatus": status,
            "AccountSid": self.sid,
            "To": text.to,
            "From": text.sender,
        } | ({"ErrorCode": code} if code else {})
        return self.post(parts.raw_path.decode(), fields)

    def post(self, path: str, fields: dict[str, str]) -> httpx.Response:
        """Post a signed form."""
        url = self.environment["PUBLIC_BASE_URL"] + path
        signed = signature(self.token, url, list(fields.items()))
        return plain.post(
            self.public(path), data=fields, headers={"X-Twilio-Signature": signed}, timeout=20
        )

    def want_text(self, to: str, body: str, **more: Any) -> httpx.Response:
        """Ask for a text as the hub does."""
        document = {"to": to, "body": body, "purpose": "security_code", "valid_for_s": 600}
        headers = {
            "Authorization": f"Bearer {self.api_key}",
            "Idempotency-Key": more.pop("key", secrets.token_hex(8)),
        }
        return plain.post(self.internal("/v1/texts"), json=document | more, headers=headers)

    def text_state(self, text_id: str) -> Any:
        headers = {"Authorization": f"Bearer {self.api_key}"}
        return plain.get(self.internal(f"/v1/texts/{text_id}"), headers=headers).json()

    def events(self, name: str) -> Iterator[Any]:
        """Return the log lines of a process."""
        for line in self.logs[name].read_text().splitlines():
            with contextlib.suppress(ValueError):
                yield json.loads(line)
