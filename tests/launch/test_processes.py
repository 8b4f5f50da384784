"""What ends is started again; stopping stops everything."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch import environment, product
from launch.__main__ import run
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


def running(folder: Path, procfile: str) -> Processes:
    (folder / "Procfile").write_text(procfile)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    env = {"VAR_DIR": str(folder), "PATH": os.environ["PATH"]}
    kept = Processes(env, root=folder, without=frozenset())
    kept.start()
    return kept


def group_of(leader: int) -> list[int]:
    """Return the living processes of a process group."""
    found = subprocess.run(["pgrep", "--pgroup", str(leader)], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


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


STUBBORN = "one: trap '' TERM; sleep 1000 & while :; do sleep 1; done\n"
"""Does not end when it is told to, nor does what it started."""


def test_what_does_not_end_is_killed_at_once_when_hurried(folder: Path):
    kept = running(folder, STUBBORN)
    leader = pid_of(kept, "one")

    kept.stop(is_hurried=lambda: True)

    assert kept.has_ended()
    assert group_of(leader) == []


def test_nothing_is_left_behind_by_a_keeper_that_was_killed(folder: Path):
    kept = running(folder, STUBBORN)
    leader = pid_of(kept, "one")
    os.kill(int((folder / "supervisord.pid").read_text()), signal.SIGKILL)

    kept.stop()

    assert group_of(leader) == []


def test_a_keeper_that_ends_at_once_is_told_with_its_last_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (folder / "Procfile").write_text("one: exec sleep 1000\n")
    keeper = folder / ".venv/bin/supervisord"
    keeper.parent.mkdir(parents=True)
    keeper.write_text(f"#!/bin/sh\necho 'no such user' > {folder}/log/supervisord.log; exit 2\n")
    keeper.chmod(0o755)
    env = {"VAR_DIR": str(folder), **environment.PORTS}
    prepared = product.Product(env=env, without=frozenset())
    kept = Processes(env, root=folder, without=frozenset())
    monkeypatch.setattr(product, "prepare", lambda _: prepared)
    monkeypatch.setattr(product, "migrate", lambda _, gave_up: None)
    monkeypatch.setattr(product.Product, "processes", lambda _: kept)
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    status = run({})

    said = capsys.readouterr().out
    assert status == 1
    assert "The process keeper (supervisord) ended:\nno such user" in said
    assert "Not ready" not in said


def test_who_asks_is_stopped_before_who_answers(folder: Path):
    names = ("redis", "simulator", "actions", "edge")
    line = """trap "echo {0} >> ended; exit" TERM; touch {0}.up; while :; do sleep 0.05; done"""
    kept = running(folder, "".join(f"{name}: {line.format(name)}\n" for name in names))
    try:
        for _ in range(200):
            if all((folder / f"{name}.up").exists() for name in names):
                break
            time.sleep(0.1)
    finally:
        kept.stop()

    assert (folder / "ended").read_text().split() == list(reversed(names))
