"""The evaluation itself is right: rows are read as documented, figures mean what they say."""

from pathlib import Path

import pytest

from scripts.evaluation.figures import (
    Understood,
    calibration_error,
    fallback_curve,
    figures,
    macro_f1,
)
from scripts.evaluation.rows import Row, read


def row(intent: str, **changes: object) -> Row:
    values: dict[str, object] = {
        "text": "x",
        "intent": intent,
        "kinds": frozenset(),
        "alternatives": frozenset(),
        "also": frozenset(),
        "context": "",
    }
    return Row(**{**values, **changes})  # type: ignore[arg-type]


def answer(intent: str, **changes: object) -> Understood:
    values: dict[str, object] = {
        "intent": intent,
        "confidence": 0.9,
        "asked_back": False,
        "also": None,
        "kinds": frozenset(),
        "wellbeing": False,
    }
    return Understood(**{**values, **changes})  # type: ignore[arg-type]


def test_rows_are_read_with_escapes_and_notes(tmp_path: Path) -> None:
    file = tmp_path / "rows.tsv"
    file.write_text(
        "text\tintent\tentities\tnote\n"
        "one\\ntwo\tgreet\t\talt=thank,deny; also=goodbye; ctx=asked\n"
        '<EMPTY>\tout_of_scope\t[{"entity": "code"}]\t\n'
        "<SPACES>\tout_of_scope\t\t\n",
        encoding="utf-8",
    )

    first, second, third = read(file)

    assert first.text == "one\ntwo"
    assert first.accepted == {"greet", "thank", "deny", "goodbye"}
    assert first.context == "asked"
    assert second.text == ""
    assert second.kinds == {"code"}
    assert third.text == "   "


def test_strict_and_lenient_and_context() -> None:
    rows = [
        row("greet"),
        row("thank", alternatives=frozenset({"goodbye"})),
        row("deny", context="asked"),
        row("affirm"),
    ]
    answers = [answer("greet"), answer("goodbye"), answer("greet"), answer("deny")]

    result = figures(rows, answers)

    assert result["scored"] == 3
    assert result["strict"] == pytest.approx(1 / 3, abs=1e-4)
    assert result["lenient"] == pytest.approx(2 / 3, abs=1e-4)


def test_distress_counts_detector_and_classifier() -> None:
    rows = [row("distress_or_safeguarding"), row("distress_or_safeguarding"), row("greet")]
    answers = [
        answer("greet", wellbeing=True),
        answer("distress_or_safeguarding"),
        answer("greet", wellbeing=True),
    ]

    distress = figures(rows, answers)["distress"]

    assert distress == {
        "detector_recall": 0.5,
        "recall": 1.0,
        "detector_false_alarms": 1.0,
        "false_alarms": 1.0,
    }


def test_calibration_error_is_the_gap_between_sure_and_right() -> None:
    assert calibration_error([(1.0, True), (1.0, False)]) == 0.5
    assert calibration_error([(0.5, True), (0.5, False)]) == 0.0


def test_a_higher_threshold_asks_more_and_errs_less() -> None:
    pairs = [(0.9, 0.8, True), (0.38, 0.2, False), (0.9, 0.01, True)]

    curve = {point["threshold"]: point for point in fallback_curve(pairs)}

    assert curve[0.0]["asked_back"] == 0
    assert curve[0.0]["answered_wrongly"] == pytest.approx(1 / 3, abs=1e-4)
    assert curve[0.35]["asked_needlessly"] == pytest.approx(1 / 3, abs=1e-4)
    assert curve[0.4]["answered_wrongly"] == 0


def test_macro_f1_weighs_intents_alike() -> None:
    assert macro_f1([("a", "a"), ("a", "a"), ("b", "a")]) == pytest.approx(0.4)


def test_the_copy_of_the_development_set_is_whole() -> None:
    rows = read(Path("tests/evaluation/parents_dev.tsv"))

    assert len(rows) == 243
