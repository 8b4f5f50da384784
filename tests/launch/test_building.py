"""What keeps an environment from being built is told as it is, with what to do."""

from pathlib import Path

import pytest

from launch.pythons import VERSIONS
from tests.launch.checkout import ROOT, Checkout

HAS_EVERY_PYTHON = 'if [ "$1 $2" = "python find" ]; then exit 0; fi\n'
MAKES = 'if [ "$1" = venv ]; then mkdir -p "${@: -1}"; exit 0; fi\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_what_is_built_is_marked_as_such(checkout: Checkout):
    checkout.has("uv", HAS_EVERY_PYTHON + MAKES)

    status, said = checkout.builds()

    assert (status, (checkout.folder / ".venv-rasa/.installed").exists()) == (0, True), said
    assert "Installing into .venv-rasa (Python 3.10) ..." in said


CAUSES = [
    (
        "error: Failed to create\n  cause: write: No space left on device (os error 28)",
        "the disk is full",
    ),
    ("error: failed to create: Permission denied (os error 13)", "cannot be written"),
    ("error: failed to create: Read-only file system (os error 30)", "cannot be written"),
    ("error: cause: File exists at `/src/.venv-rasa`", "cannot be written"),
    ("  cause: client error (Connect)\n  cause: dns error", "a download failed"),
]


@pytest.mark.parametrize("command", ["venv", "pip"])
@pytest.mark.parametrize(("printed", "cause"), CAUSES)
def test_the_true_cause_is_told(checkout: Checkout, command: str, printed: str, cause: str):
    refuses = f"if [ \"$1\" = {command} ]; then echo '{printed}' >&2; exit 2; fi\n"
    checkout.has("uv", HAS_EVERY_PYTHON + refuses + MAKES)

    status, said = checkout.builds()

    assert status == 1
    assert cause in said.splitlines()[-1]
    assert "was not found" not in said


def test_a_python_that_is_nowhere_is_named_before_anything_is_installed(checkout: Checkout):
    checkout.has("uv", 'echo "$*" >> asked; [[ "$*" = "python find"*3.11 ]]\n')

    status, said = checkout.builds("services")

    assert status == 1
    assert "Python 3.10 was not found and could not be downloaded." in said
    assert "pip install" not in (checkout.folder / "asked").read_text()


def test_a_disk_that_fills_while_a_python_is_downloaded_is_told_as_such(checkout: Checkout):
    checkout.has("uv", '[ "$2" = find ] && exit 2; echo "No space left on device" >&2; exit 2\n')

    _, said = checkout.builds()

    assert "the disk is full" in said
    assert "was not found" not in said


def test_a_python_that_is_here_goes_before_one_to_be_downloaded(checkout: Checkout):
    checkout.has(
        "uv", '[ "$1" = venv ] && mkdir -p "${@: -1}"; [ "$1 $2 $4" != "python find 3.11" ]\n'
    )

    _, said = checkout.builds("services")

    assert "Installing into .venv (Python 3.12) ..." in said


def test_a_file_in_the_place_of_the_state_folder_is_told(checkout: Checkout):
    checkout.has("uv", HAS_EVERY_PYTHON + MAKES)
    (checkout.folder / "var").write_text("")

    status, said = checkout.builds()

    assert status == 1
    assert "cannot be written" in said.splitlines()[-1]


def test_a_machine_without_uv_and_without_python_is_told_to_get_python(checkout: Checkout):
    status, said = checkout.builds()

    assert status == 1
    assert "python3 was not found" in said


def test_a_python_that_makes_no_environments_is_told(checkout: Checkout):
    checkout.has("python3", "echo 'ensurepip is not available.'; exit 1\n")

    status, said = checkout.builds()

    assert status == 1
    assert "apt install python3-venv" in said.splitlines()[-1]


def test_the_script_builds_with_the_versions_that_are_looked_for():
    script = (ROOT / "scripts/environments.sh").read_text()

    assert f'SERVICES="{" ".join(VERSIONS[".venv"])}"' in script
    assert f'RASA="{" ".join(VERSIONS[".venv-rasa"])}"' in script
