"""The first step of `make run`: what cannot work is told before anything is built."""

import ast
import socket
import sys
from pathlib import Path

import pytest

from launch import environment, preflight
from launch.preflight import NotReady
from tests.launch.checkout import ROOT, Checkout
from tests.standins.ports import free_ports


def ports() -> dict[str, str]:
    free = free_ports(len(environment.PORTS))
    return {name: str(port) for name, port in zip(environment.PORTS, free, strict=True)}


@pytest.fixture
def machine(tmp_path: Path) -> Checkout:
    """A machine with both Pythons, the first of which knows the standard library alone."""
    checkout = Checkout(tmp_path)
    checkout.has("python3", f'exec {sys.executable} -S -E "$@"\n')
    for version in ("3.10", "3.11"):
        checkout.has(f"python{version}", "")
    return checkout


def first_step(machine: Checkout, **settings: str) -> tuple[int, str]:
    return machine.runs("scripts/preflight.sh", **{**ports(), **settings})


def test_it_needs_no_environment_and_says_nothing_where_all_is_well(machine: Checkout):
    assert first_step(machine) == (0, "")


def test_it_comes_before_building_and_training():
    rule = next(
        line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("run:")
    )

    assert rule.split()[:4] == ["run:", "preflight", "install", "train"]


def test_a_busy_port_is_told(machine: Checkout):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        status, said = first_step(machine, RASA_PORT=port)

    assert status == 1
    assert f"In use already: port {port} (RASA_PORT)" in said


@pytest.mark.parametrize("name", ["var", "models"])
def test_a_folder_that_cannot_be_written_is_told(machine: Checkout, name: str):
    (machine.folder / name).write_text("")

    status, said = first_step(machine)

    assert status == 1
    assert f"{machine.folder / name} cannot be written" in said


def test_a_missing_setting_is_told(machine: Checkout):
    status, said = first_step(machine, TWILIO_ACCOUNT_SID="AC1")

    assert status == 1
    assert "Missing settings: SMTP_URL" in said


def test_a_python_that_must_be_downloaded_is_told(machine: Checkout):
    machine.lacks("python3.10")

    status, said = first_step(machine)

    assert (status, said) == (0, "Python 3.10 is not on this machine, so it will be downloaded.\n")


def test_a_python_that_may_not_be_downloaded_is_told_with_what_to_do(machine: Checkout):
    machine.lacks("python3.10")

    status, said = first_step(machine, UV_PYTHON_DOWNLOADS="never")

    assert status == 1
    assert "Python 3.10 was not found. Install it (for example" in said


def test_a_python_of_pyenv_or_of_uv_is_found(machine: Checkout):
    machine.lacks("python3.10", "python3.11")
    (machine.folder / ".pyenv/versions/3.10.13").mkdir(parents=True)
    (machine.folder / ".local/share/uv/python/cpython-3.12.1-linux").mkdir(parents=True)

    assert first_step(machine) == (0, "")


def test_no_python_at_all_is_told(machine: Checkout):
    machine.lacks("python3", "python3.10", "python3.11")

    status, said = first_step(machine)

    assert status == 1
    assert "Python was not found. Install Python 3.11 or newer" in said


@pytest.mark.parametrize("built", [True, False])
def test_room_is_asked_for_what_is_not_built_yet(tmp_path: Path, built: bool):
    with pytest.MonkeyPatch.context() as patch:
        free = preflight.DISK_NEEDED_MB + 100
        usage = type("Usage", (), {"free": free * 2**20})
        patch.setattr(preflight.shutil, "disk_usage", lambda _: usage)
        for name in preflight.ENVIRONMENT_MB if built else ():
            (tmp_path / name).mkdir()
            (tmp_path / name / ".installed").touch()

        if built:
            preflight.check(ports(), tmp_path)
        else:
            with pytest.raises(NotReady, match="3800 MB are needed"):
                preflight.check(ports(), tmp_path)


@pytest.mark.parametrize("name", ["preflight", "environment", "pythons", "__init__"])
def test_it_is_written_for_older_pythons(name: str):
    ast.parse((ROOT / f"launch/{name}.py").read_text(), feature_version=(3, 8))
