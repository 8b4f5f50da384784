"""What is done between the checks and the start."""

from pathlib import Path

import pytest

from launch import product
from launch.preflight import NotReady
from launch.product import Product


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The services' Python, in whose place a test puts what it likes."""
    path = tmp_path / ".venv/bin/python"
    path.parent.mkdir(parents=True)
    path.write_text('#!/bin/sh\necho "$2 $3" >> migrated\n')
    path.chmod(0o755)
    monkeypatch.setattr(product, "ROOT", tmp_path)
    return path


@pytest.mark.parametrize(
    ("without", "migrated"),
    [
        (frozenset(), ["hub migrate", "messaging migrate"]),
        (frozenset({"hub"}), ["messaging migrate"]),
    ],
)
def test_the_database_of_another_hub_is_not_ours_to_migrate(
    python: Path, tmp_path: Path, without: frozenset[str], migrated: list[str]
):
    product.migrate(Product(env={}, without=without))

    assert sorted((tmp_path / "migrated").read_text().splitlines()) == migrated


def test_a_database_that_cannot_be_migrated_is_told_with_the_reason(python: Path):
    python.write_text("#!/bin/sh\necho 'no such host'; exit 1\n")

    with pytest.raises(NotReady, match=r"hub database could not be migrated:\nno such host"):
        product.migrate(Product(env={}, without=frozenset()))


def test_who_gives_up_does_not_wait_for_a_database_that_hangs(python: Path, tmp_path: Path):
    python.write_text("#!/bin/sh\necho $$ >> started; exec sleep 600\n")
    started = tmp_path / "started"

    def pids() -> list[str]:
        return started.read_text().split() if started.exists() else []

    with pytest.raises(KeyboardInterrupt):
        product.migrate(Product(env={}, without=frozenset()), gave_up=lambda: len(pids()) > 1)

    assert not any(Path(f"/proc/{pid}").exists() for pid in pids())
