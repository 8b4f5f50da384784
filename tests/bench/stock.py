"""Stock Rasa on our data: its own Twilio channel and the pipeline that `rasa init` writes.

It has an environment of its own, as anyone gets it: DIET asks for a distribution named
"tensorflow", and ours carries the smaller processor build under another name. Both are made once
and kept in var/bench; trained again when our training data changed.

Trained as it comes (100 epochs) it takes more than an hour of a processor. What only asks how long
an answer takes, or how much memory, may do with fewer: the same network gives it, whatever its
weights.
"""

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from launch.product import ROOT
from tests.bench.machine import Cost, cost_of

OUR_PYTHON = ROOT / ".venv-rasa/bin/python"
ENVIRONMENT = ROOT / "var/bench/venv"
STOCK_PYTHON = ENVIRONMENT / "bin/python"
FOLDER = ROOT / "var/bench"
SUGGESTED = ENVIRONMENT / (
    "lib/python3.10/site-packages/rasa/engine/recipes/config_files/default_config.yml"
)
"""The pipeline and policies that Rasa takes where a configuration names none."""
EPOCHS = 100
"""As suggested, of each network."""
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


def _folder(epochs: int) -> Path:
    return FOLDER / ("stock" if epochs == EPOCHS else f"stock-{epochs}")


def _configuration(epochs: int) -> str:
    if epochs == EPOCHS:
        return PIPELINE
    suggested = SUGGESTED.read_text()
    trained_for = f"epochs: {EPOCHS}"
    assert trained_for in suggested, "Rasa suggests other networks"
    return suggested.replace(trained_for, f"epochs: {epochs}")


def _fingerprint(configuration: str) -> str:
    digest = hashlib.sha256(configuration.encode())
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


def train(epochs: int = EPOCHS) -> Cost:
    """Train where our data changed; return what the training took when it was done."""
    folder, configuration = _folder(epochs), _configuration(epochs)
    folder.mkdir(parents=True, exist_ok=True)
    record, fingerprint = folder / "trained.json", _fingerprint(configuration)
    if record.exists():
        kept: dict[str, Any] = json.loads(record.read_text())
        if kept["fingerprint"] == fingerprint:
            return Cost(*kept["cost"])
    (folder / "config.yml").write_text(configuration)
    with (folder / "training.log").open("wb") as log:
        where: dict[str, Any] = {"env": _environment(), "stdout": log, "stderr": subprocess.STDOUT}
        export = [OUR_PYTHON, "-m", "tests.bench.stock_domain", folder]
        subprocess.run(export, cwd=ROOT, check=True, **where)
        command = [STOCK_PYTHON, "-m", "rasa", "train", "--quiet", "--fixed-model-name", "stock"]
        cost = cost_of(command, cwd=folder, **where)
    record.write_text(json.dumps({"fingerprint": fingerprint, "cost": cost}))
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
    *,
    port: int,
    account: str,
    token: str,
    number: str,
    api: str,
    actions: str,
    actions_token: str,
    epochs: int = EPOCHS,
) -> Iterator[StockRasa]:
    """Start stock Rasa, as trained, beside a running action server and stop it at the end."""
    folder = _folder(epochs)
    (folder / "credentials.yml").write_text(
        f"twilio:\n  account_sid: {account}\n  auth_token: {token}\n  twilio_number: '{number}'\n"
    )
    (folder / "endpoints.yml").write_text(
        f"action_endpoint:\n  url: {actions}\n"
        f"  headers:\n    Authorization: Bearer {actions_token}\n"
    )
    command = [str(STOCK_PYTHON), str(ROOT / "tests/bench/stock_server.py"), "run"]
    command += ["--port", str(port), "--interface", "127.0.0.1", "--model", "models/stock.tar.gz"]
    command += ["--credentials", "credentials.yml", "--endpoints", "endpoints.yml"]
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(TWILIO_API_BASE_URL=api),
        stdout=(folder / "server.log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    try:
        _wait(port, process, folder / "server.log")
        yield StockRasa(process, port, time.monotonic() - started)
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path, timeout_s: float = 180) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        assert process.poll() is None, f"stock Rasa ended; see {log}"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/", timeout=2, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise TimeoutError("stock Rasa did not start")
