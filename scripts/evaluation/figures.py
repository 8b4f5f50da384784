"""The figures of one run, from rows and what was understood."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scripts.evaluation.rows import Row

DISTRESS = "distress_or_safeguarding"
OUT_OF_SCOPE = "out_of_scope"
LANGUAGE = "change_language_or_foreign"
BINS = 10
MACRO_ROWS = 3
"""Rows by which macro-F1 moves for one: a row of a rare intent weighs more there."""
THRESHOLDS = (0.0, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7)
GAP = 0.05
"""What the fallback's ambiguity threshold is in config.yml."""


@dataclass(frozen=True, kw_only=True)
class Understood:
    """What the assistant made of one row."""

    intent: str
    """The best intent, fallback looked through."""
    confidence: float
    gap: float = 1.0
    """How much surer it is of the best meaning than of the second."""
    asked_back: bool
    """Whether the fallback would have asked which of two meanings it was."""
    also: str | None
    kinds: Counter[str]
    """Kinds of placeholder in the masked text, each value once."""
    wellbeing: bool
    """Whether the detector before Rasa raised its hand."""
    language: str | None = None
    """The language other than English that was noticed before Rasa."""


def figures(rows: Sequence[Row], answers: Sequence[Understood]) -> dict[str, Any]:
    """Return every figure; rows that need context count in none of the accuracies."""
    pairs = list(zip(rows, answers, strict=True))
    plain = [(r, a) for r, a in pairs if not r.context]
    asked = [(r, a) for r, a in pairs if r.context]
    return {
        "rows": len(rows),
        "in_context": {
            "rows": len(asked),
            "strict": _share(r.intent == a.intent for r, a in asked),
            "lenient": _share(a.intent in r.accepted for r, a in asked),
        },
        "scored": len(plain),
        "of": _sizes(pairs),
        "strict": _share(r.intent == a.intent for r, a in plain),
        "lenient": _share(a.intent in r.accepted for r, a in plain),
        "macro_f1": macro_f1([(r.intent, a.intent) for r, a in plain]),
        "recall": recalls(plain),
        "distress": _distress(plain),
        "out_of_scope": _precision_recall(plain, OUT_OF_SCOPE),
        "asked_back": _share(a.asked_back for _, a in plain),
        "calibration_error": calibration_error(
            [(a.confidence, r.intent == a.intent) for r, a in plain]
        ),
        "fallback_curve": fallback_curve(
            [(a.confidence, a.gap, a.intent in r.accepted) for r, a in plain]
        ),
        "second_request_found": _share(
            a.also in (r.also | {r.intent}) - {a.intent} for r, a in plain if r.also
        ),
        "second_request_imagined": _share(
            a.also is not None and a.also not in r.accepted for r, a in plain if not r.also
        ),
        "placeholders": _share(r.kinds <= a.kinds for r, a in pairs if r.kinds),
        "masked_too_much": _share(bool(a.kinds - r.kinds) for r, a in pairs),
        "language_false_alarms": _share(
            a.language is not None for r, a in plain if not {LANGUAGE, DISTRESS} & r.accepted
        ),
        "confusion": _confusion(plain),
    }


def _sizes(pairs: Sequence[tuple[Row, Understood]]) -> dict[str, int]:
    """Return how many rows a figure is of, where that is not every row without a context."""
    plain = [(r, a) for r, a in pairs if not r.context]
    intents = [r.intent for r, _ in plain]
    found = {
        "strict": len(plain),
        "macro_f1": len(plain) // MACRO_ROWS,
        "second_request_found": sum(bool(r.also) for r, _ in plain),
        "placeholders": sum(bool(r.kinds) for r, _ in pairs),
        "in_context.strict": len(pairs) - len(plain),
        "in_context.lenient": len(pairs) - len(plain),
        "distress.recall": intents.count(DISTRESS),
        "distress.detector_recall": intents.count(DISTRESS),
        "out_of_scope.recall": intents.count(OUT_OF_SCOPE),
        "out_of_scope.precision": intents.count(OUT_OF_SCOPE),
    }
    return {name: max(1, size) for name, size in found.items()}


def _share(hits: Any) -> float | None:
    found = list(hits)
    return round(sum(found) / len(found), 4) if found else None


def recalls(plain: Sequence[tuple[Row, Understood]]) -> dict[str, float | None]:
    """Return recall by intent."""
    intents = sorted({row.intent for row, _ in plain})
    return {
        intent: _share(a.intent == intent for r, a in plain if r.intent == intent)
        for intent in intents
    }


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Return the mean F1 over the intents that occur in the truth."""
    scores = []
    for intent in sorted({truth for truth, _ in pairs}):
        right = sum(truth == found == intent for truth, found in pairs)
        wrong = sum((truth == intent) != (found == intent) for truth, found in pairs)
        scores.append(2 * right / (2 * right + wrong) if right else 0.0)
    return round(sum(scores) / max(1, len(scores)), 4)


def _precision_recall(
    plain: Sequence[tuple[Row, Understood]], intent: str
) -> dict[str, float | None]:
    return {
        "precision": _share(r.intent == intent for r, a in plain if a.intent == intent),
        "recall": _share(a.intent == intent for r, a in plain if r.intent == intent),
    }


def _distress(plain: Sequence[tuple[Row, Understood]]) -> dict[str, float | None]:
    """Return recall and false alarms: the detector's, and of detector and classifier together."""
    truth = [(r, a) for r, a in plain if r.intent == DISTRESS]
    rest = [(r, a) for r, a in plain if DISTRESS not in r.accepted]
    return {
        "detector_recall": _share(a.wellbeing for _, a in truth),
        "recall": _share(a.wellbeing or a.intent == DISTRESS for _, a in truth),
        "detector_false_alarms": _share(a.wellbeing for _, a in rest),
        "false_alarms": _share(a.wellbeing or a.intent == DISTRESS for _, a in rest),
    }


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error over ten bins of confidence."""
    total = 0.0
    for index in range(BINS):
        low, high = index / BINS, (index + 1) / BINS
        inside = [p for p in pairs if low < p[0] <= high or (index == 0 and p[0] == 0)]
        if inside:
            sure = sum(confidence for confidence, _ in inside) / len(inside)
            right = sum(hit for _, hit in inside) / len(inside)
            total += abs(sure - right) * len(inside) / len(pairs)
    return round(total, 4)


def fallback_curve(
    pairs: Sequence[tuple[float, float, bool]],
) -> list[dict[str, float | None]]:
    """Return, by threshold, how many are asked back and how often an answer is then right.

    `pairs` are confidence, gap to the second meaning, and whether the best one is right.
    """
    curve: list[dict[str, float | None]] = []
    for threshold in THRESHOLDS:
        asked = [threshold > 0 and (c < threshold or gap < GAP) for c, gap, _ in pairs]
        rights = [right for _, _, right in pairs]
        curve.append(
            {
                "threshold": threshold,
                "asked_back": _share(asked),
                "answered_wrongly": _share(
                    not a and not r for a, r in zip(asked, rights, strict=True)
                ),
                "asked_needlessly": _share(a and r for a, r in zip(asked, rights, strict=True)),
            }
        )
    return curve


def _confusion(plain: Sequence[tuple[Row, Understood]]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for row, answer in plain:
        cell = table.setdefault(row.intent, {})
        cell[answer.intent] = cell.get(answer.intent, 0) + 1
    return table
