"""The real process: `python -m bot`, as it is started by `make run`."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import ACTIONS_TOKEN, TOKEN

from tests.standins.ports import free_port

ROOT = Path(__file__).parents[2]
READY_WITHIN_S = 90
"""On the busiest machine; what counts is the next line."""
CPU_S = 15
"""Seconds of processor time until it is ready; docs/decisions/0036 has the figures."""
RESIDENT_MB = 650

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", **more}


class Running:
    def __init__(self, model: Path, redis_url: str, log: Path, **more: str) -> None:
        self.port = free_port()
        self.log = log
        settings = {
            "RASA_PORT": str(self.port),
            "MODEL": str(model),
            "RASA_REDIS_URL": redis_url,
            "RASA_CHANNEL_TOKEN": TOKEN,
            "ACTIONS_URL": f"http://127.0.0.1:{free_port()}/webhook",
            "ACTIONS_TOKEN": ACTIONS_TOKEN,
            **more,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot"],
            cwd=ROOT,
            env=environment(**settings),
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
        )

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def wait_until_ready(self) -> float:
        started = time.monotonic()
        while self.get("/readyz") != 200:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() - started < READY_WITHIN_S, self.log.read_text()
            time.sleep(0.1)
        return time.monotonic() - started

    def say(self, text: str, **turn: Any) -> Any:
        document = {
            "turn_id": str(time.monotonic_ns()),
            "conversation_id": "web-process",
            "channel": "webchat",
            "text": text,
            **turn,
        }
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/webhooks/edge/turns",
            data=json.dumps(document).encode(),
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def resident_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024

    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=20)


@pytest.fixture
def running(model: Path, redis_url: str, tmp_path: Path) -> Iterator[Running]:
    process = Running(model, redis_url, tmp_path / "log", LOG_LEVEL="DEBUG")
    yield process
    if process.process.poll() is None:
        process.process.kill()
        process.process.wait()


def test_it_starts_answers_keeps_quiet_and_stops(running: Running) -> None:
    took_s = running.wait_until_ready()
    cpu_s = running.cpu_s()
    print(f"ready after {took_s:.1f} s ({cpu_s:.1f} s of CPU), {running.resident_mb():.0f} MB")
    secrets = ["07700900123", "parent@example.com", "hunter2pass", "123456", "AB12CD34"]
    for secret in secrets:
        running.say(f"hello {secret}")
        running.say(f"/affirm{{{secret}", turn_id=f"turn-{secret[::-1]}")
        running.say("thanks " + secret)
    resident = running.resident_mb()
    status = running.stop()

    written = running.log.read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    assert cpu_s < CPU_S
    assert resident < RESIDENT_MB
    assert status == 0
    assert [secret for secret in secrets if secret in written] == []
    assert {"server.started", "turn.answered", "action.failed"} <= {x["event"] for x in lines}


def test_a_killed_server_gives_its_kept_answer_when_it_is_back(
    running: Running, model: Path, redis_url: str, tmp_path: Path
) -> None:
    running.wait_until_ready()
    first = running.say("hello", turn_id="kept")
    running.stop(signal.SIGKILL)
    again = Running(model, redis_url, tmp_path / "again")
    try:
        again.wait_until_ready()
        answer = again.say("hello", turn_id="kept")
    finally:
        again.stop()

    assert answer == first
    assert "turn.repeated" in again.log.read_text()


@pytest.mark.parametrize(
    ("arguments", "settings", "status", "said"),
    [
        ([], {}, 1, "Missing settings: RASA_CHANNEL_TOKEN, RASA_REDIS_URL, ACTIONS_URL, ACTIONS"),
        (["serve"], {}, 2, "usage: python -m bot [train]"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    arguments: list[str], settings: dict[str, str], status: int, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == status
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1


def test_a_model_that_is_not_there_is_said_and_it_stops(redis_url: str, tmp_path: Path) -> None:
    process = Running(tmp_path / "no-model.tar.gz", redis_url, tmp_path / "log")

    status = process.process.wait(timeout=60)

    assert status != 0
    assert "no-model.tar.gz, which is not there" in process.log.read_text()


def test_the_classifiers_reader_is_imported_before_tensorflow() -> None:
    code = (
        "import sys, bot.__main__ as m; m.preload(); import bot.server;"
        "order = list(sys.modules); assert order.index('skops.io') < order.index('tensorflow')"
    )

    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment(), check=True)
