"""A terminal in which the product is started as a person starts it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from launch import product
from launch.processes import KILLED_AFTER_S

RUN = (sys.executable, "-m", "launch", "run")
RUNNING = "The assistant is running."
STARTS_WITHIN_S = 150.0


class Terminal:
    """A person who typed the command, and what they see."""

    def __init__(
        self, environ: Mapping[str, str], screen: Path, command: Sequence[str] = RUN
    ) -> None:
        """Type the command; what it prints goes to the file."""
        self._environ = dict(environ)
        self._screen = screen
        with screen.open("wb") as output:
            self._command = subprocess.Popen(
                command,
                cwd=product.ROOT,
                env=self._environ,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The command's process."""
        return self._command.pid

    @property
    def seen(self) -> str:
        """What is on the screen."""
        return self._screen.read_text()

    def waits_for(self, words: str) -> None:
        """Wait until the words are on the screen."""
        deadline = time.monotonic() + STARTS_WITHIN_S
        while words not in self.seen:
            assert self._command.poll() is None, self.seen
            assert time.monotonic() < deadline, self.seen
            time.sleep(0.02)

    def presses_ctrl_c(self) -> int:
        """Interrupt all that the terminal runs in front, as it does; return the exit status."""
        os.killpg(self._command.pid, signal.SIGINT)
        return self._command.wait(KILLED_AFTER_S * 8)

    def closes(self) -> None:
        """End whatever is left, so that a failed test leaves nothing."""
        for pid in self.left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def left(self) -> list[int]:
        """Return the living processes that were started for this state folder."""
        mark = f"VAR_DIR={self._environ['VAR_DIR']}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if mark in path.read_bytes().split(b"\0"):
                    found.append(int(path.parent.name))
        return found
