"""Stock Rasa on our data: its own Twilio channel and the pipeline that `rasa init` writes.

Trained once and kept in var/bench/stock; trained again when our training data changed.
"""

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from launch.product import ROOT

RASA_PYTHON = ROOT / ".venv-rasa/bin/python"
FOLDER = ROOT / "var/bench/stock"
PIPELINE = """recipe: default.v1
assistant_id: stock
language: en
pipeline:
policies:
"""
"""What `rasa init` leaves uncommented: nothing, so Rasa takes its own suggestion for both."""


def _environment(**settings: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false", **settings}


def _fingerprint() -> str:
    digest = hashlib.sha256(PIPELINE.encode())
    for path in [ROOT / "domain.yml", *sorted((ROOT / "data").glob("*/*.yml"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def train() -> float:
    """Train where our data changed; return how many seconds the training took when it was done."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    record = FOLDER / "trained.json"
    if record.exists():
        kept: dict[str, Any] = json.loads(record.read_text())
        if kept["fingerprint"] == _fingerprint():
            return float(kept["seconds"])
    (FOLDER / "config.yml").write_text(PIPELINE)
    subprocess.run(
        [RASA_PYTHON, "-m", "tests.bench.stock_domain", FOLDER],
        cwd=ROOT,
        env=_environment(),
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    started = time.monotonic()
    subprocess.run(
        [RASA_PYTHON, "-m", "rasa", "train", "--quiet", "--fixed-model-name", "stock"],
        cwd=FOLDER,
        env=_environment(),
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seconds = time.monotonic() - started
    record.write_text(json.dumps({"fingerprint": _fingerprint(), "seconds": seconds}))
    return seconds


class StockRasa:
    """The running server."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, start_s: float) -> None:
        self.process, self.port, self.start_s = process, port, start_s

    @property
    def webhook(self) -> str:
        """Where its Twilio channel takes texts."""
        return f"http://127.0.0.1:{self.port}/webhooks/twilio/webhook"


@contextmanager
def running(
    *, port: int, account: str, token: str, number: str, api: str, actions: str, actions_token: str
) -> Iterator[StockRasa]:
    """Start stock Rasa beside a running action server and stop it at the end."""
    (FOLDER / "credentials.yml").write_text(
        f"twilio:\n  account_sid: {account}\n  auth_token: {token}\n  twilio_number: '{number}'\n"
    )
    (FOLDER / "endpoints.yml").write_text(
        f"action_endpoint:\n  url: {actions}\n"
        f"  headers:\n    Authorization: Bearer {actions_token}\n"
    )
    command = [str(RASA_PYTHON), str(ROOT / "tests/bench/stock_server.py"), "run"]
    command += ["--port", str(port), "--interface", "127.0.0.1", "--model", "models/stock.tar.gz"]
    command += ["--credentials", "credentials.yml", "--endpoints", "endpoints.yml"]
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=FOLDER,
        env=_environment(TWILIO_API_BASE_URL=api),
        stdout=(FOLDER / "server.log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    try:
        _wait(port, process)
        yield StockRasa(process, port, time.monotonic() - started)
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes], timeout_s: float = 180) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        assert process.poll() is None, "stock Rasa ended; see var/bench/stock/server.log"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/", timeout=2, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise TimeoutError("stock Rasa did not start")
