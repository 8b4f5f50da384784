"""Stock Rasa on our data: its own Twilio channel and the pipeline that `rasa init` writes.

It has an environment of its own, as anyone gets it: DIET asks for a distribution named
"tensorflow", and ours carries the smaller processor build under another name. Both are made once
and kept in var/bench; trained again when our training data changed.
"""

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from launch.product import ROOT
from tests.bench.machine import Cost, cost_of

OUR_PYTHON = ROOT / ".venv-rasa/bin/python"
ENVIRONMENT = ROOT / "var/bench/venv"
STOCK_PYTHON = ENVIRONMENT / "bin/python"
FOLDER = ROOT / "var/bench/stock"
RELEASE = "3.6.21"
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


def install() -> Cost:
    """Build the environment where it is missing; return what that took when it was done."""
    record = ENVIRONMENT / "installed.json"
    if record.exists():
        return Cost(*json.loads(record.read_text()))
    uv = shutil.which("uv") or str(ROOT / "var/uv/bin/uv")
    made = cost_of([uv, "venv", "--quiet", "--clear", "--python", "3.10", ENVIRONMENT])
    filled = cost_of(
        [uv, "pip", "install", "--quiet", "--python", STOCK_PYTHON, f"rasa=={RELEASE}"]
    )
    cost = Cost(*(round(one + other, 1) for one, other in zip(made, filled, strict=True)))
    record.write_text(json.dumps(cost))
    return cost


def train() -> Cost:
    """Train where our data changed; return what the training took when it was done."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    record = FOLDER / "trained.json"
    if record.exists():
        kept: dict[str, Any] = json.loads(record.read_text())
        if kept["fingerprint"] == _fingerprint():
            return Cost(*kept["cost"])
    (FOLDER / "config.yml").write_text(PIPELINE)
    with (FOLDER / "training.log").open("wb") as log:
        where: dict[str, Any] = {"env": _environment(), "stdout": log, "stderr": subprocess.STDOUT}
        export = [OUR_PYTHON, "-m", "tests.bench.stock_domain", FOLDER]
        subprocess.run(export, cwd=ROOT, check=True, **where)
        command = [STOCK_PYTHON, "-m", "rasa", "train", "--quiet", "--fixed-model-name", "stock"]
        cost = cost_of(command, cwd=FOLDER, **where)
    record.write_text(json.dumps({"fingerprint": _fingerprint(), "cost": cost}))
    return cost


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
    command = [str(STOCK_PYTHON), str(ROOT / "tests/bench/stock_server.py"), "run"]
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
