"""A checkout with the scripts, on a machine that has only what a test gives it."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ("bash", "cp", "dirname", "env", "mkdir", "rm", "sleep", "tail", "touch")
"""All that the scripts take from the machine; uv and Python are the test's own."""


class Checkout:
    """A folder with the scripts, on a machine with nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tools = folder / "tools"
        self._tools.mkdir()
        for name in TOOLS:
            found = shutil.which(name)
            assert found, name
            (self._tools / name).symlink_to(found)
        for name in ("scripts", "launch"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)

    def has(self, tool: str, script: str) -> None:
        """Put a tool on the PATH."""
        path = self._tools / tool
        path.write_text("#!/usr/bin/env bash\n" + script)
        path.chmod(0o755)

    def lacks(self, *tools: str) -> None:
        """Take tools away again."""
        for tool in tools:
            (self._tools / tool).unlink()

    def runs(self, *command: str, **settings: str) -> tuple[int, str]:
        """Return the exit status of a command and all that it printed."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={"PATH": str(self._tools), "HOME": str(self.folder), **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60,
        )
        return done.returncode, done.stdout

    def builds(self, which: str = "rasa") -> tuple[int, str]:
        return self.runs("scripts/environments.sh", which)
