"""The processes of the Procfile, kept by supervisord: what ends is started again.

honcho reads the Procfile; supervisord keeps the processes, since honcho stops all of them when one
ends.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from configparser import RawConfigParser
from pathlib import Path
from typing import Final

from honcho.environ import parse_procfile

from launch import preflight
from wire.ending import END_WITHIN_S

KILLED_AFTER_S: Final = END_WITHIN_S + 5
"""A process that has not ended by itself so long after it was told to, is killed."""

GONE_WITHIN_S: Final = 5
"""What was killed vanishes once its parent, or the system in its place, has taken note."""


class Processes:
    """One supervisord with the processes that this environment needs."""

    def __init__(self, env: Mapping[str, str], *, root: Path, without: frozenset[str]) -> None:
        """Take the completed environment and the names of the Procfile to leave out."""
        self.env = dict(env)
        self.root = root
        self.folder = Path(env["VAR_DIR"])
        commands = parse_procfile((root / "Procfile").read_text()).processes
        self.commands = {name: line for name, line in commands.items() if name not in without}
        self._supervisord: subprocess.Popen[bytes] | None = None

    @property
    def last_words(self) -> str:
        """What the process keeper said last, and where it says more."""
        log = self.logs / "supervisord.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return "\n".join([*lines[-3:], f"(from {log})"])

    @property
    def logs(self) -> Path:
        """The folder of the log files, one a process."""
        return self.folder / "log"

    def start(self) -> None:
        """Start supervisord in a session of its own: signals reach it through `stop` only."""
        configuration = self._write_configuration()
        self._supervisord = subprocess.Popen(  # noqa: S603 - our own files
            [self.root / ".venv/bin/supervisord", "--nodaemon", "-c", configuration],
            cwd=self.root,
            env=self.env,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )

    def stop(self, *, is_hurried: Callable[[], bool] = lambda: False) -> None:
        """Stop every process and wait for the end.

        What is left when all their time is up is killed; at once when `is_hurried` says so.
        """
        if self._supervisord is None:
            return
        self._supervisord.terminate()
        # One after the other, so the times add up; and once more for the keeper itself.
        deadline = time.monotonic() + KILLED_AFTER_S * (len(self.commands) + 1)
        while not self.has_ended() and not is_hurried() and time.monotonic() < deadline:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._supervisord.wait(0.2)
        self._supervisord.kill()
        self._supervisord.wait()
        _kill_session(self._supervisord.pid)
        self._supervisord = None  # its number may be another's from now on

    def has_ended(self) -> bool:
        """Tell whether supervisord itself is gone."""
        return self._supervisord is None or self._supervisord.poll() is not None

    def control(self, *words: str) -> str:
        """Run supervisorctl (`status`, `pid rasa`, `stop rasa`, …) and return what it printed."""
        command = [str(self.root / ".venv/bin/supervisorctl"), "-c", str(self._configuration)]
        done = subprocess.run(  # noqa: S603 - our own files
            [*command, *words], cwd=self.root, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    @property
    def _configuration(self) -> Path:
        return self.folder / "supervisord.conf"

    def _write_configuration(self) -> Path:
        self.logs.mkdir(parents=True, exist_ok=True)
        socket = self.folder / preflight.SOCKET
        ini = RawConfigParser()
        ini["supervisord"] = {
            "logfile": str(self.logs / "supervisord.log"),
            "pidfile": str(self.folder / "supervisord.pid"),
            "childlogdir": str(self.logs),
        }
        ini["unix_http_server"] = {"file": str(socket), "chmod": "0700"}
        ini["rpcinterface:supervisor"] = {
            "supervisor.rpcinterface_factory": ("supervisor.rpcinterface:make_main_rpcinterface")
        }
        ini["supervisorctl"] = {"serverurl": f"unix://{socket}"}
        for place, (name, line) in enumerate(self.commands.items()):
            escaped = line.replace("%", "%%").replace("'", "'\\''")
            ini[f"program:{name}"] = {
                "command": f"/bin/sh -c '{escaped}'",
                "directory": str(self.root),
                # Stopped one after the other from the last to the first: who asks ends before who
                # answers, and nobody waits for a Redis that has gone.
                "priority": str(place),
                "autorestart": "true",
                # A neighbour that is not up yet must not use up the tries.
                "startsecs": "1",
                "startretries": "1000",
                "stopwaitsecs": str(KILLED_AFTER_S),
                "stopasgroup": "true",
                "killasgroup": "true",
                "redirect_stderr": "true",
                "stdout_logfile": str(self.logs / f"{name}.log"),
            }
        with self._configuration.open("w") as file:
            ini.write(file)
        return self._configuration


def _kill_session(session: int) -> None:
    """Kill what is left, and wait until it is gone."""
    deadline = time.monotonic() + GONE_WITHIN_S
    while (left := _in_session(session)) and time.monotonic() < deadline:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _in_session(session: int) -> list[int]:
    """Return the processes of a session: all that supervisord started, and what those started."""
    found = []
    for pid in _all_processes():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == session:
                found.append(pid)
    return found


def _all_processes() -> list[int]:
    listed = Path("/proc")
    if (listed / "self").exists():
        return [int(path.name) for path in listed.iterdir() if path.name.isdecimal()]
    told = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True)  # noqa: S607 - where the system has it
    return [int(word) for word in told.stdout.split()]
