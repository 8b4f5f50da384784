"""The whole product on one machine: prepared, started, stopped."""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from launch import environment, preflight, redis_server, secrets_file
from launch.processes import Processes

ROOT = preflight.ROOT
LOOK_EVERY_S: Final = 0.2
ENDS_WITHIN_S: Final = 5.0


@dataclass(frozen=True, kw_only=True)
class Product:
    """What is needed to start, after every check has passed."""

    env: Mapping[str, str]
    without: frozenset[str]
    """Names of the Procfile that real services replace."""

    def processes(self) -> Processes:
        """Return the processes, not started."""
        return Processes(self.env, root=ROOT, without=self.without)


def completed_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of every process, making missing secrets once.

    Raises:
        preflight.NotReady: the state folder cannot be used.
    """
    folder = preflight.state_folder(environ, ROOT)
    preflight.check_folder(folder)
    makers = dict(environment.SECRETS)
    if environment.uses_simulator(environ):
        makers |= environment.SIMULATED_SECRETS
    # A secret that the environment gives is not made, let alone stored.
    makers = {name: make for name, make in makers.items() if not environ.get(name)}
    stored = secrets_file.add_missing(folder / "secrets.env", makers)
    return environment.complete({**environ, "VAR_DIR": str(folder)}, stored, ROOT)


def prepare(environ: Mapping[str, str]) -> Product:
    """Check everything that can be checked before the start and write what the processes read.

    Raises:
        preflight.NotReady: with one clear sentence.
    """
    without = environment.left_out(environ)
    env = completed_environment(environ)
    preflight.check_settings(environ, env)
    preflight.check_ports(env, environment.ports(without))
    preflight.check_socket(Path(env["VAR_DIR"]))
    if "redis" not in without:
        redis_server.write_configuration(env)
    return Product(env=env, without=without)


def migrate(prepared: Product, *, gave_up: Callable[[], bool] = lambda: False) -> None:
    """Bring the databases to the newest schema; that of another hub is not ours.

    Args:
        gave_up: asked now and then whether somebody has pressed Ctrl-C.

    Raises:
        preflight.NotReady: a database cannot be reached or migrated.
        KeyboardInterrupt: somebody gave up.
    """
    started = {
        package: subprocess.Popen(  # noqa: S603 - our own files
            [str(ROOT / ".venv/bin/python"), "-m", package, "migrate"],
            cwd=ROOT,
            env=dict(prepared.env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C is told to us, and we tell them
        )
        for package in ("hub", "messaging")
        if package not in prepared.without
    }
    try:
        printed = {package: _said(process, gave_up) for package, process in started.items()}
    finally:
        for process in started.values():
            _end(process)
    for package, process in started.items():
        if process.returncode:
            tail = "\n".join(printed[package].strip().splitlines()[-5:])
            raise preflight.NotReady(f"The {package} database could not be migrated:\n{tail}")


def _said(process: subprocess.Popen[str], gave_up: Callable[[], bool]) -> str:
    """Wait for a process and return what it printed."""
    while True:
        try:
            return process.communicate(timeout=LOOK_EVERY_S)[0]
        except subprocess.TimeoutExpired:
            if gave_up():
                raise KeyboardInterrupt from None


def _end(process: subprocess.Popen[str]) -> None:
    with process:  # closes its pipe and waits
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
