"""Node.js for the tests that build: skipped by name where it is not installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

WIDGET = Path(__file__).resolve().parents[3] / "webhooks" / "chat" / "widget"


def run(*command: str) -> str:
    """Run a tool in the element's folder and return what it printed."""
    done = subprocess.run(
        command, cwd=WIDGET, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def prepare() -> None:
    """Install what the lock file names, or skip the test naming the package it needs."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool}: apt install nodejs npm")
    installed = WIDGET / "node_modules" / ".package-lock.json"
    locked = WIDGET / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < locked.stat().st_mtime:
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
