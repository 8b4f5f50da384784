"""Parents are understood no worse than at the last accepted figures (docs/evaluation.json)."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.evaluate import DEFAULT, RECORD, understand
from scripts.evaluation.figures import figures
from scripts.evaluation.rows import read

MODEL = Path("models/assistant.tar.gz")
TOLERANCE = 0.013
"""Share of rows: three of the development set. A training on another processor rounds otherwise."""


@pytest.fixture(scope="module")
def run() -> dict[str, Any]:
    rows = read(DEFAULT)
    answers, _ = understand(rows, MODEL)
    return figures(rows, answers)


@pytest.fixture(scope="module")
def accepted() -> dict[str, Any]:
    document = json.loads(RECORD.read_text(encoding="utf-8"))
    return document["accepted"][DEFAULT.name]


@pytest.mark.parametrize("figure", ["strict", "lenient", "macro_f1"])
def test_accuracy_has_not_fallen(
    run: dict[str, Any], accepted: dict[str, Any], figure: str
) -> None:
    assert run[figure] >= accepted[figure] - TOLERANCE


def test_no_distress_is_missed_that_was_seen_before(
    run: dict[str, Any], accepted: dict[str, Any]
) -> None:
    assert run["distress"]["recall"] >= accepted["distress"]["recall"]


def test_false_alarms_of_distress_stay_where_they_were(
    run: dict[str, Any], accepted: dict[str, Any]
) -> None:
    assert run["distress"]["false_alarms"] <= accepted["distress"]["false_alarms"] + TOLERANCE
