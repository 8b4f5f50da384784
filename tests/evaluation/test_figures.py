"""The evaluation itself is right: rows are read as documented, figures mean what they say."""

from collections import Counter
from pathlib import Path

import pytest

from scripts.evaluate import summary, too_slow, worse
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
        "kinds": Counter(),
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
        "kinds": Counter(),
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
    assert second.kinds == Counter(code=1)
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


@pytest.mark.parametrize(
    ("context", "slot"),
    [
        ("asked for the code", "registration_code"),
        ("code sent to phone", "registration_code"),
        ("asked for mobile number", "registration_number"),
        ("asked for invitation code", "registration_invitation"),
        ("asked for email address", "invitation_email"),
        ("have you got the email?", None),
        ("asked whether the code came", None),
        ("", None),
    ],
)
def test_what_a_row_says_was_asked_is_the_slot_that_is_awaited(
    context: str, slot: str | None
) -> None:
    assert row("deny", context=context).awaiting == slot


def test_rows_with_a_context_have_a_line_of_their_own() -> None:
    rows = [row("greet"), row("deny", context="asked"), row("affirm", context="asked")]

    result = figures(rows, [answer("greet"), answer("deny"), answer("greet")])

    assert result["in_context"] == {"rows": 2, "strict": 0.5, "lenient": 0.5}


def test_a_file_whose_every_row_needs_its_context_is_scored() -> None:
    result = figures([row("deny", context="asked")], [answer("deny")])

    assert result["in_context"]["strict"] == 1.0
    assert result["strict"] is None


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("resend_code", "change_phone_number", 1.0),
        ("change_phone_number", "resend_code", 1.0),
        ("resend_code", "password_reset", 0.0),
        ("resend_code", None, 0.0),
        ("greet", "change_phone_number", 1.0),
    ],
)
def test_a_second_request_counts_only_as_the_labelled_one(
    first: str, second: str | None, found: float
) -> None:
    rows = [row("resend_code", also=frozenset({"change_phone_number"}))]

    assert figures(rows, [answer(first, also=second)])["second_request_found"] == found


def test_a_value_missed_or_too_many_is_seen_even_where_its_kind_is_there() -> None:
    rows = [row("give_code", kinds=Counter(code=2)), row("give_code", kinds=Counter(code=1))]
    answers = [answer("give_code", kinds=Counter(code=n)) for n in (1, 2)]

    result = figures(rows, answers)

    assert result["placeholders"] == 0.5
    assert result["masked_too_much"] == 0.5


def test_english_that_is_called_foreign_is_counted() -> None:
    rows = [row("greet"), row("greet"), row("change_language_or_foreign")]
    answers = [answer("greet", language="it"), answer("greet"), answer("greet", language="pl")]

    assert figures(rows, answers)["language_false_alarms"] == 0.5


def test_any_recorded_figure_that_falls_by_two_rows_is_named() -> None:
    rows = [row("greet")] * 5 + [row("distress_or_safeguarding")] * 5
    right = [answer("greet")] * 5 + [answer("distress_or_safeguarding")] * 5
    before = figures(rows, right)

    one_less = figures(rows, [answer("thank"), *right[1:]])
    two_less = figures(rows, [answer("thank"), answer("thank"), *right[2:]])
    missed = figures(rows, [*right[:-1], answer("greet")])
    alarms = figures(rows, [answer("distress_or_safeguarding")] * 2 + right[2:])

    assert worse(summary(one_less), summary(before), before["of"]) == []
    assert "strict" in worse(summary(two_less), summary(before), before["of"])
    assert "distress.recall" in worse(summary(missed), summary(before), before["of"])
    assert "distress.false_alarms" in worse(summary(alarms), summary(before), before["of"])


def test_a_slow_message_or_training_fails() -> None:
    quick = {"ms": {"median": 30.0}, "processor_ms": {"median": 20.0}, "train_s": 100.0}

    assert too_slow(quick) == []
    assert too_slow({**quick, "processor_ms": {"median": 26.0}}) == ["ms a message"]
    assert too_slow({**quick, "train_s": 181.0}) == ["seconds of training"]
