"""The secrets that `make run` makes once and finds again."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path


def read(path: Path) -> dict[str, str]:
    """Return the name=value lines of the file; nothing where there is no file."""
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in pairs if not name.startswith("#")}


def add_missing(path: Path, makers: Mapping[str, Callable[[], str]]) -> dict[str, str]:
    """Make every secret the file does not hold yet and return them all.

    The file is replaced in one step and is readable by its owner only, so a crash leaves either
    the old secrets or the new ones, never half of them.
    """
    stored = read(path)
    missing = {name: make() for name, make in makers.items() if not stored.get(name)}
    if missing:
        stored |= missing
        lines = ["# Made by `make run`. Keep it: the databases cannot be read without these keys."]
        lines += [f"{name}={value}" for name, value in sorted(stored.items())]
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    return stored
