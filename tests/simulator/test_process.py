"""The simulator as a process: how it starts, what it says, how it stops."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.standins import plain
from tests.standins.ports import free_port

ROOT = Path(__file__).parents[2]
NEEDED = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "sesame",
    "TWILIO_FROM": "+447700900000",
}


def start(**settings: str) -> subprocess.Popen[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SIMULATOR_PORT": str(free_port()),
        "SIMULATOR_SMTP_PORT": str(free_port()),
        **settings,
    }
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "simulator"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


@contextmanager
def running(**settings: str) -> Iterator[subprocess.Popen[str]]:
    process = start(**NEEDED, **settings)
    assert process.stderr is not None
    assert json.loads(process.stderr.readline())["event"] == "simulator.ready"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_all_missing_settings_are_named_at_once() -> None:
    process = start(TWILIO_AUTH_TOKEN="")

    _, said = process.communicate(timeout=20)

    assert process.returncode == 1
    assert said == ("Missing settings: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIMULATOR_PORT", "70000"),
        ("TWILIO_FROM", "StaffsEHC"),
        ("SIMULATOR_OPT_OUT", "sometimes"),
        ("SIMULATOR_HUB_INVITE_URL", "hub"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_without_its_value(name: str, value: str) -> None:
    process = start(**{**NEEDED, name: value})

    _, said = process.communicate(timeout=20)

    assert process.returncode == 1
    assert said.startswith(f"Settings that cannot be used: {name} (")
    assert "sesame" not in said


@pytest.mark.parametrize("taken", ["SIMULATOR_PORT", "SIMULATOR_SMTP_PORT"])
def test_a_port_that_is_taken_is_told_in_a_sentence(taken: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        port = str(occupant.getsockname()[1])

        process = start(**{**NEEDED, taken: port})
        _, said = process.communicate(timeout=20)

    assert process.returncode == 1
    assert port in said
    assert "Traceback" not in said


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_even_while_an_application_hangs(how: signal.Signals) -> None:
    port = str(free_port())
    with socket.create_server(("127.0.0.1", 0)) as silent:
        webhook = f"http://127.0.0.1:{silent.getsockname()[1]}/sms"
        with running(SIMULATOR_PORT=port, SIMULATOR_SMS_WEBHOOK=webhook) as process:
            base = f"http://127.0.0.1:{port}"
            plain.post(f"{base}/phones/+447700900123/texts", json={"body": "Hello"})

            process.send_signal(how)
            process.wait(timeout=5)

    assert process.returncode == 0


def test_its_logs_hold_no_number_text_or_address() -> None:
    port, smtp = str(free_port()), str(free_port())
    with running(SIMULATOR_PORT=port, SIMULATOR_SMTP_PORT=smtp) as process:
        base = f"http://127.0.0.1:{port}"
        plain.post(f"{base}/phones/+447700900123/texts", json={"body": "my secret words"})
        plain.get(f"{base}/phones/+447700900123/texts")
        plain.get(f"{base}/2010-04-01/Accounts/AC1/Messages.json?To=+447700900123")
        with socket.create_connection(("127.0.0.1", int(smtp))) as mail:
            lines = mail.makefile("rw", newline="\r\n")
            for line in (
                "HELO me",
                "MAIL FROM:<a@example.com>",
                "RCPT TO:<parent@example.com>",
                "DATA",
                "Subject: secret\n\nsecret\n.",
                "QUIT",
            ):
                lines.readline()
                lines.write(line + "\n")
                lines.flush()
            lines.readline()

        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=10)

    assert "mail.received" in said
    for planted in ("447700900123", "secret", "example.com"):
        assert planted not in said
