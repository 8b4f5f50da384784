"""The figures as Markdown and as a picture of who is taken for whom."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

NAMES = (
    ("strict", "strict accuracy"),
    ("lenient", "lenient accuracy (alternatives and second requests count)"),
    ("macro_f1", "macro-F1"),
    ("calibration_error", "expected calibration error"),
    ("asked_back", "asked back (fallback)"),
    ("second_request_found", "second request of a mixed message found, the labelled one"),
    ("second_request_imagined", "second request read where none is labelled"),
    ("placeholders", "placeholders right, of rows that carry a value"),
    ("masked_too_much", "masked more than is labelled"),
    ("language_false_alarms", "English called foreign"),
)

BESIDE = ("strict", "lenient", "macro_f1", "out_of_scope")


def percent(value: float | None) -> str:
    """Return a share as a percentage, a dash for none."""
    return "–" if value is None else f"{value:.1%}"


def markdown(run: Mapping[str, Any]) -> str:
    """Return one run on a file as Markdown."""
    f, cost = run["figures"], run["cost"]
    distress, scope = f["distress"], f["out_of_scope"]
    asked = f["in_context"]
    lines = [
        f"### `{run['file']}`: {f['scored']} of {f['rows']} rows (the others need context)",
        "",
        "| figure | value |",
        "|---|---|",
        *(f"| {title} | {percent(f[key])} |" for key, title in NAMES),
        f"| **distress_or_safeguarding** recall | {percent(distress['recall'])} |",
        f"| … by the detector alone | {percent(distress['detector_recall'])} |",
        f"| … false alarms elsewhere | {percent(distress['false_alarms'])} |",
        f"| … by the detector alone | {percent(distress['detector_false_alarms'])} |",
        f"| out_of_scope precision | {percent(scope['precision'])} |",
        f"| out_of_scope recall | {percent(scope['recall'])} |",
        f"| the {asked['rows']} rows that need context, strict | {percent(asked['strict'])} |",
        f"| … lenient | {percent(asked['lenient'])} |",
        f"| ms a message on one core, median | {cost['ms']['median']:.1f} |",
        f"| ms a message on one core, 95th percentile | {cost['ms']['p95']:.1f} |",
        f"| … of processor time, median | {cost['processor_ms']['median']:.1f} |",
        f"| … of processor time, 95th percentile | {cost['processor_ms']['p95']:.1f} |",
        f"| training, seconds by the clock | {cost['train_s']:.0f} |",
        f"| memory of the assistant's process | {cost['rss_mb']:.0f} MB |",
        f"| loading the model | {cost['start_s']:.1f} s |",
        "",
        "| intent | recall |",
        "|---|---|",
        *(f"| {intent} | {percent(value)} |" for intent, value in f["recall"].items()),
        "",
        "| fallback below | asked back | answered wrongly | asked needlessly |",
        "|---|---|---|---|",
        *(
            f"| {p['threshold']:.2f} | {percent(p['asked_back'])} | "
            f"{percent(p['answered_wrongly'])} | {percent(p['asked_needlessly'])} |"
            for p in f["fallback_curve"]
        ),
    ]
    return "\n".join(lines)


def baselines_markdown(file: str, by_model: Mapping[str, Mapping[str, float | None]]) -> str:
    """Return plain models and stock Rasa on a file as Markdown."""
    lines = [
        f"| {file} | strict | lenient | macro-F1 | out_of_scope |",
        "|---|---|---|---|---|",
        *(
            f"| {model} | {' | '.join(percent(figures[name]) for name in BESIDE)} |"
            for model, figures in by_model.items()
        ),
    ]
    return "\n".join(lines)


def cross_validation_markdown(document: Mapping[str, Any]) -> str:
    """Return the stored cross-validation as Markdown."""
    seconds = document["train_seconds_per_fold"]
    lines = [
        f"### Cross-validation on our {document['examples']} examples ({document['folds']} folds)",
        "",
        "| model | accuracy | macro-F1 | calibration error |",
        "|---|---|---|---|",
        *(
            f"| {name} | {percent(m['accuracy'])} | {percent(m['macro_f1'])} "
            f"| {percent(m['calibration_error'])} |"
            for name, m in document["models"].items()
        ),
        "",
        f"Training took {sum(seconds) / len(seconds):.0f} s a fold.",
        "",
        "| fallback below | asked back | right of the rest | wrong answers | asked needlessly |",
        "|---|---|---|---|---|",
        *(
            f"| {p['threshold']:.2f} | {percent(p['asked_back'])} "
            f"| {percent(p['right_of_answered'])} | {percent(p['wrong_answers'])} "
            f"| {percent(p['needlessly_asked'])} |"
            for p in document["fallback_curve"]
        ),
    ]
    lines.append("")
    for point in document.get("learning_curve", ()):
        lines.append(f"- with {point['examples']} examples: {percent(point['accuracy'])}")
    return "\n".join(lines)


def picture(confusion: Mapping[str, Mapping[str, int]], path: Path) -> None:
    """Draw the confusion matrix, rows the truth, columns what was understood."""
    names = sorted(set(confusion) | {found for row in confusion.values() for found in row})
    table = [[confusion.get(truth, {}).get(found, 0) for found in names] for truth in names]
    figure, axes = plt.subplots(figsize=(12, 11))
    axes.imshow([[c / (sum(row) or 1) for c in row] for row in table], cmap="Blues")
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set_xlabel("understood as")
    axes.set_ylabel("meant")
    for y, row in enumerate(table):
        for x, count in enumerate(row):
            if count:
                axes.text(x, y, str(count), ha="center", va="center", fontsize=6)
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None}, dpi=110)
    plt.close(figure)
