"""The processes of the Procfile, kept by supervisord: what ends is started again.

honcho reads the Procfile; supervisord keeps the processes, since honcho stops all of them when one
ends.
"""

import subprocess
from collections.abc import Mapping
from configparser import RawConfigParser
from pathlib import Path

from honcho.environ import parse_procfile

from launch import environment


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

    def stop(self, timeout_s: float = 40) -> None:
        """Stop every process and wait for the end."""
        if self._supervisord is None:
            return
        self._supervisord.terminate()
        try:
            self._supervisord.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._supervisord.kill()
            self._supervisord.wait()

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
        socket = self.folder / "supervisor.sock"
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
                "stopwaitsecs": "20",
                "stopasgroup": "true",
                "killasgroup": "true",
                "redirect_stderr": "true",
                "stdout_logfile": str(self.logs / f"{name}.log"),
            }
        with self._configuration.open("w") as file:
            ini.write(file)
        return self._configuration


def left_out(environ: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the Procfile that this environment replaces by real services."""
    names = set()
    if not environment.uses_simulator(environ):
        names.add("simulator")
    if not environment.uses_embedded_redis(environ):
        names.add("redis")
    return frozenset(names)
