"""Which of the two Pythons are on this machine, without asking anything but its folders."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSIONS: Final = {".venv": ("3.11", "3.12", "3.13"), ".venv-rasa": ("3.10",)}
"""Of each environment, in order of preference; scripts/environments.sh builds with the same."""


def absent(environ: Mapping[str, str], root: Path) -> list[str]:
    """Return the versions, one of which each environment that is not built yet would need."""
    return [
        " or ".join(versions)
        for folder, versions in VERSIONS.items()
        if not (root / folder / ".installed").exists()
        and not any(_is_here(version, environ) for version in versions)
    ]


def may_be_fetched(environ: Mapping[str, str]) -> bool:
    """Tell whether uv may download what is not here."""
    asked_not_to = environ.get("UV_PYTHON_DOWNLOADS", "") in {"never", "manual"}
    return not asked_not_to and environ.get("UV_OFFLINE", "0") in {"", "0", "false"}


def advice(missing: Iterable[str]) -> str:
    """Return what is missing and how to get it."""
    lines = []
    for versions in missing:
        first = versions.partition(" ")[0]
        lines.append(
            f"Python {versions} was not found. Install it (for example 'apt install "
            f"python{first}' or 'pyenv install {first}' or 'uv python install {first}')."
        )
    return " ".join(lines)


def _is_here(version: str, environ: Mapping[str, str]) -> bool:
    if shutil.which(f"python{version}", path=environ.get("PATH", "")):
        return True
    home = Path(environ.get("HOME") or "/")
    pyenv = Path(environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local/share")
    managed = Path(environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv/python")
    return any(pyenv.glob(f"{version}.*")) or any(managed.glob(f"cpython-{version}.*"))
