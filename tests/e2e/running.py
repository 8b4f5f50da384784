"""The product as `make run` starts it, for tests: free ports, a folder of its own."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from launch import environment, product, readiness
from launch.processes import Processes
from tests.standins import plain
from tests.standins.ports import free_ports

KEPT_FROM_THE_CALLER = ("PATH", "HOME", "LANG", "PYENV_ROOT", "PYENV_VERSION")
"""What a process needs of the machine; every setting of the product comes from the test."""

ONE_BLOCK = {
    "LIMIT_BLOCK_PER_HOUR": "100000",
    "LIMIT_REQUESTED_PER_HOUR": "100000",
    "LIMIT_SEGMENTS_PER_HOUR": "100000",
}
"""Ofcom's numbers for drama are one block, so that many parents in a test look like an attack."""


def environ_of(folder: str, **settings: str) -> dict[str, str]:
    """Return the environment of a start in this folder, on ports that are free now."""
    ports = free_ports(len(environment.PORTS))
    environ = {name: os.environ[name] for name in KEPT_FROM_THE_CALLER if name in os.environ}
    environ |= {name: str(port) for name, port in zip(environment.PORTS, ports, strict=True)}
    return environ | {"VAR_DIR": folder, "SIMULATOR_STEP_S": "0.01", **ONE_BLOCK, **settings}


class RunningProduct:
    """Every process of the Procfile, with handles to hurt them."""

    def __init__(self, env: Mapping[str, str], processes: Processes, without: frozenset[str]):
        self.env = env
        self.processes = processes
        self.without = without
        self.folder = Path(env["VAR_DIR"])

    def url(self, port: str, path: str = "") -> str:
        """Return the address of a door by the name of its port setting."""
        return f"http://127.0.0.1:{self.env[port]}{path}"

    def pid(self, name: str) -> int:
        """Return the process id, 0 while it is not running."""
        answer = self.processes.control("pid", name)
        return int(answer) if answer.isdecimal() else 0

    def kill(self, name: str) -> None:
        """Kill the process with all its children, without a word."""
        pid = self.pid(name)
        assert pid, f"{name} is not running"
        os.killpg(os.getpgid(pid), signal.SIGKILL)

    def stop(self, name: str) -> None:
        """Stop one process and keep it stopped."""
        self.processes.control("stop", name)

    def start(self, name: str) -> None:
        """Start a stopped process again."""
        self.processes.control("start", name)

    def wait_until_ready(self, timeout_s: float = 120) -> None:
        """Wait for every service's /readyz."""
        late = readiness.wait(
            readiness.doors(self.env, self.without),
            gave_up=self.processes.has_ended,
            timeout_s=timeout_s,
        )
        assert not late, f"not ready: {late}\n{self.tails(late)}"

    def tails(self, names: list[str], lines: int = 15) -> str:
        """Return the end of the named logs, for a failure's message."""
        parts = []
        for name in names:
            path = self.processes.logs / f"{name}.log"
            text = path.read_text(errors="replace") if path.exists() else "(no log)"
            parts.append(f"--- {name}\n" + "\n".join(text.splitlines()[-lines:]))
        return "\n".join(parts)

    def invite(self, email: str) -> None:
        """Invite a parent as the council does: through the hub's API."""
        answer = plain.post(
            self.url("HUB_INTERNAL_PORT", "/v1/invitations"),
            json={"email": email},
            headers={
                "Authorization": f"Bearer {self.env['HUB_API_KEY']}",
                "Idempotency-Key": f"invite-{email}-{time.monotonic_ns()}",
            },
        )
        answer.raise_for_status()


@contextmanager
def running_product(**settings: str) -> Iterator[RunningProduct]:
    """Start the product with these settings and stop it at the end; its folder goes too."""
    # Short: the control socket's path may have 107 characters at most.
    folder = tempfile.mkdtemp(prefix="ehc-")
    prepared = product.prepare(environ_of(folder, **settings))
    product.migrate(prepared)
    processes = prepared.processes()
    processes.start()
    running = RunningProduct(prepared.env, processes, prepared.without)
    try:
        running.wait_until_ready()
        yield running
    finally:
        processes.stop()
        keep = os.environ.get("KEEP_E2E_FOLDER")
        if keep:
            shutil.copytree(
                folder, keep, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock")
            )
        shutil.rmtree(folder)
