"""The hub in processes of its own, as in production: gunicorn, and neighbours beside it."""

import base64
import http.client
import multiprocessing
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.browser.hub.neighbours import Mailbox, Messaging, wait_for
from tests.hub.parts import key_of
from tests.standins.ports import free_ports

ROOT = Path(__file__).parents[3]
API_KEY = "current-key"
PATIENCE_S = 60.0
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back, and how long the whole of it took."""

    status: int
    headers: Mapping[str, str]
    body: str
    took_s: float

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its headers."""
        return tuple(sorted(name.lower() for name in self.headers))


class Line:
    """One kept-alive connection: a new one for each request would be measured with it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def ask(self, method: str, path: str, body: str, headers: Mapping[str, str]) -> Answer:
        """Send a request and read all of the answer."""
        for is_last in (False, True):
            began = time.perf_counter()
            try:
                self._connection.request(method, path, body=body.encode(), headers=dict(headers))
                response = self._connection.getresponse()
                content = response.read()
            except (http.client.HTTPException, ConnectionError):
                self._connection.close()  # it was idle too long; the next one is new
                if is_last:
                    raise
                continue
            took = time.perf_counter() - began
            return Answer(
                status=response.status,
                headers=dict(response.getheaders()),
                body=content.decode(),
                took_s=took,
            )
        raise AssertionError("never reached")


@dataclass
class Browser:
    """Opens pages and sends their forms; keeps cookies, runs nothing."""

    line: Line
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str) -> Answer:
        """Open a page and follow where it leads."""
        for _ in range(5):
            answer = self._ask("GET", path, "", {})
            if answer.status not in (302, 303):
                found = _TOKEN.search(answer.body)
                self.token = found[1] if found else self.token
                return answer
            path = _path(answer.headers["Location"])
        raise AssertionError("led round in circles")

    def post(self, path: str, *, ip: str = "", **fields: str) -> Answer:
        """Send a form of the page that was opened last; follow nothing."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if ip:
            headers["X-Forwarded-For"] = ip
        body = urlencode({**fields, "csrf_token": self.token})
        return self._ask("POST", path, body, headers)

    def _ask(self, method: str, path: str, body: str, headers: Mapping[str, str]) -> Answer:
        sent = dict(headers)
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.line.ask(method, path, body, sent)
        for name, morsel in SimpleCookie(answer.headers.get("Set-Cookie", "")).items():
            self.cookies[name] = morsel.value
        return answer


def _path(location: str) -> str:
    parts = urlsplit(location)
    return parts.path + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True, kw_only=True)
class Served:
    """A running hub."""

    url: str
    internal_url: str
    neighbours: Connection
    lines: list[Line] = field(default_factory=list)

    def line(self, url: str) -> Line:
        """Return a new connection, which lasts as long as the hub."""
        self.lines.append(Line(url))
        return self.lines[-1]

    def browser(self) -> Browser:
        """Return a new browser before the pages."""
        return Browser(self.line(self.url))

    def code_to(self, number: str) -> str:
        """Return the newest code that was texted to a number."""
        self.neighbours.send(("code", number))
        return str(self.neighbours.recv())

    def mailed(self) -> list[str]:
        """Return to whom mails were sent, mail by mail."""
        self.neighbours.send(("mails", ""))
        return list(self.neighbours.recv())

    def wait_for_mail(self, to: str) -> None:
        """Return once a mail to an address has come."""
        wait_for(lambda: to in self.mailed(), "a mail")


def _neighbours(pipe: Connection, smtp_port: int) -> None:
    """What runs beside the hub; in a process of its own, so as not to slow who measures."""
    messaging, mailbox = Messaging(), Mailbox()
    messaging.thread.start()
    pipe.send((messaging.url, mailbox.open(smtp_port)))
    while True:
        try:
            asked, what = pipe.recv()
        except EOFError:
            break
        if asked == "code":
            pipe.send(messaging.code_to(what))
        else:
            pipe.send([str(mail["To"]) for mail in mailbox.mails])
    mailbox.controller.stop()


@contextmanager
def running(
    database_url: str, folder: Path, *, limits: Mapping[str, Any] | None = None
) -> Iterator[Served]:
    """Serve the hub over a migrated database, whose keys are those of `tests.hub.parts`.

    Args:
        database_url: of the database.
        folder: for its log.
        limits: names of `Limits` and their values, as the environment has them.
    """
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    port, internal_port, smtp_port = free_ports(3)
    beside = multiprocessing.get_context("spawn").Process(
        target=_neighbours, args=(theirs, smtp_port), daemon=True
    )
    beside.start()
    theirs.close()
    messaging_url, smtp_url = ours.recv()
    keys = [base64.b64encode(key_of(number)).decode() for number in range(1, 5)]
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "PYTHONPATH": str(ROOT),
        "VAR_DIR": str(folder),
        "LOG_LEVEL": "WARNING",
        "HUB_PORT": str(port),
        "HUB_INTERNAL_PORT": str(internal_port),
        "HUB_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HUB_DATABASE_URL": database_url,
        "HUB_API_KEYS": API_KEY,
        "HUB_SEAL_KEY": keys[0],
        "HUB_LOOKUP_KEY": keys[1],
        "HUB_CODE_KEY": keys[2],
        "HUB_SESSION_KEY": keys[3],
        "MESSAGING_BASE_URL": messaging_url,
        "MESSAGING_API_KEY": "key",
        "SMTP_URL": smtp_url,
        "TRUSTED_PROXIES": "1",
        "ALLOW_DRAMA_NUMBERS": "true",
        **{f"HUB_LIMITS__{name.upper()}": str(value) for name, value in (limits or {}).items()},
    }
    with (folder / "hub.log").open("w") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "-c", "hub/gunicorn_conf.py"),
                "hub.wsgi:application",
            ],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(process, port, folder / "hub.log")
        made = Served(
            url=f"http://127.0.0.1:{port}",
            internal_url=f"http://127.0.0.1:{internal_port}",
            neighbours=ours,
        )
        yield made
        for line in made.lines:
            line.close()
    finally:
        process.terminate()
        process.wait(timeout=30)
        ours.close()
        beside.join(10)
        if beside.is_alive():
            beside.terminate()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    pause, line = threading.Event(), Line(f"http://127.0.0.1:{port}")
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            if line.ask("GET", "/readyz", "", {}).status == 200:
                return
        except OSError:
            pass
        finally:
            line.close()
        pause.wait(0.05)
    raise AssertionError(f"the hub does not start: {log.read_text()}")
