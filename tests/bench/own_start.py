"""`make run` itself, from the command to the banner: the check of the model, the simulator, all."""

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from launch import product
from tests.bench.machine import resident_mb
from tests.e2e.running import environ_of
from tests.e2e.terminal import RUNNING, Terminal


class OwnStart(NamedTuple):
    """What it took."""

    seconds: float
    simulator_mb: float
    keeper_mb: float
    """supervisord alone, and the command in front that waits for Ctrl-C."""


def measured() -> OwnStart:
    """Start on a trained tree, in an empty state folder, and stop again."""
    with tempfile.TemporaryDirectory(prefix="ehc-") as folder:
        environ = environ_of(folder)
        started = time.monotonic()
        terminal = Terminal(environ, Path(folder) / "screen", ("make", "run"))
        try:
            terminal.waits_for(RUNNING)
            seconds = time.monotonic() - started
            env = product.completed_environment(environ)
            processes = product.Product(env=env, without=frozenset()).processes()
            kept = {name: int(processes.control("pid", name)) for name in processes.commands}
            # supervisord hangs below the command in front, and what it keeps below supervisord.
            keeper_mb = resident_mb(terminal.pid) - sum(map(resident_mb, kept.values()))
            simulator_mb = resident_mb(kept["simulator"])
            terminal.presses_ctrl_c()
        finally:
            terminal.closes()
    return OwnStart(round(seconds, 1), round(simulator_mb, 1), round(keeper_mb, 1))
