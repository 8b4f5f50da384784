"""What ends is started again; stopping stops everything."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch.processes import Processes
from launch.product import ROOT


@pytest.fixture
def folder() -> Iterator[Path]:
    # Short, since the control socket's path may have 107 characters at most.
    path = Path(tempfile.mkdtemp(prefix="keep-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def processes(folder: Path) -> Iterator[Processes]:
    (folder / "Procfile").write_text("one: exec sleep 1000\ntwo: exec sleep 1000\n")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    env = {"VAR_DIR": str(folder), "PATH": os.environ["PATH"]}
    kept = Processes(env, root=folder, without=frozenset({"two"}))
    kept.start()
    yield kept
    kept.stop()


def pid_of(processes: Processes, name: str, *, other_than: int = 0) -> int:
    for _ in range(100):
        answer = processes.control("pid", name)
        if answer.isdecimal() and int(answer) not in {0, other_than}:
            return int(answer)
        time.sleep(0.1)
    raise AssertionError(f"{name} did not run: {answer}")


def test_a_killed_process_comes_back(processes: Processes):
    first = pid_of(processes, "one")

    os.kill(first, signal.SIGKILL)

    assert pid_of(processes, "one", other_than=first) != first


def test_what_is_left_out_is_not_started(processes: Processes):
    pid_of(processes, "one")

    assert "two" not in processes.control("status")


def test_stopping_leaves_nothing_behind(processes: Processes):
    pid = pid_of(processes, "one")

    processes.stop()

    assert processes.has_ended()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_who_asks_is_stopped_before_who_answers(folder: Path):
    names = ("redis", "simulator", "actions", "edge")
    line = """trap "echo {0} >> ended; exit" TERM; touch {0}.up; while :; do sleep 0.05; done"""
    (folder / "Procfile").write_text("".join(f"{name}: {line.format(name)}\n" for name in names))
    (folder / ".venv").symlink_to(ROOT / ".venv")
    env = {"VAR_DIR": str(folder), "PATH": os.environ["PATH"]}
    kept = Processes(env, root=folder, without=frozenset())
    kept.start()
    try:
        for _ in range(200):
            if all((folder / f"{name}.up").exists() for name in names):
                break
            time.sleep(0.1)
    finally:
        kept.stop()

    assert (folder / "ended").read_text().split() == list(reversed(names))
