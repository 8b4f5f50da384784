"""Parents are understood no worse than at the last accepted figures (docs/evaluation.json)."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.evaluate import DEFAULT, RECORD, summary, understand, worse
from scripts.evaluation.figures import figures
from scripts.evaluation.rows import read

MODEL = Path("models/assistant.tar.gz")
OURS = ("held_out", "held_out_long", "asked", "mixed")
FILES = (DEFAULT, *(Path(f"tests/nlu/{name}.tsv") for name in OURS))


@pytest.fixture(scope="module")
def runs() -> dict[str, dict[str, Any]]:
    """Understand the rows of all files in one start of the model."""
    rows = {path.name: read(path) for path in FILES}
    answers, _ = understand([row for part in rows.values() for row in part], MODEL)
    found = {}
    for name, part in rows.items():
        found[name], answers = figures(part, answers[: len(part)]), answers[len(part) :]
    return found


@pytest.mark.parametrize("file", [path.name for path in FILES])
def test_no_recorded_figure_has_got_worse(runs: dict[str, dict[str, Any]], file: str) -> None:
    accepted = json.loads(RECORD.read_text(encoding="utf-8"))["accepted"][file]

    assert worse(summary(runs[file]), accepted, runs[file]["of"]) == []
