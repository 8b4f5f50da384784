"""The import rules name every journey and every door there is."""

from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("contract", "package", "shared"),
    [("journeys", "actions", {"core"}), ("doors", "webhooks", set())],
)
def test_every_one_is_kept_apart_from_the_others(contract: str, package: str, shared: set[str]):
    rules = ConfigParser()
    rules.read(ROOT / ".importlinter")
    folders = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")} - shared

    named = rules[f"importlinter:contract:{contract}"]["modules"].split()

    assert sorted(named) == sorted(f"{package}.{folder}" for folder in folders)
