"""Score the trained assistant on a file of the evaluation form, through the edge's masking.

    python -m scripts.evaluate [--file FILE] [--cross-validate] [--baselines] [--record]

Masking and the wellbeing detector run here, the model in Rasa's own environment; JSON lies between.
Prints Markdown, writes docs/evaluation.md and docs/evaluation/confusion.png for the default file,
ends with one line of JSON, and fails when any recorded figure has got worse by more than one row, a
message takes more than 25 ms of one core, or the model more than 3 minutes to train.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from messaging import signals
from messaging.masking import mask
from scripts.baselines import RASA_PYTHON, compared
from scripts.evaluation import report
from scripts.evaluation.figures import Understood, figures
from scripts.evaluation.rows import Row, read
from wire.placeholders import INWARD

DEFAULT = Path("tests/evaluation/parents_dev.tsv")
RECORD = Path("docs/evaluation.json")
PAGE = Path("docs/evaluation.md")
PICTURE = Path("docs/evaluation/confusion.png")
ACCURACIES = (
    "strict",
    "lenient",
    "macro_f1",
    "second_request_found",
    "placeholders",
    "out_of_scope",
    "in_context",
    "distress",
)
"""What is recorded of a run and must not get worse."""
NEVER = "distress.recall"
"""The one that may not lose a single row."""
WORSE_WHEN_HIGHER = ("false_alarms", "detector_false_alarms")
MESSAGE_MS = 25
TRAINING_S = 180


def understand(rows: list[Row], model: Path) -> tuple[list[Understood], dict[str, Any]]:
    """Return what the assistant makes of each row, and what that cost."""
    turns = []
    for row in rows:
        masked = mask(row.text)
        turns.append(
            {
                "text": masked.text,
                "references": dict.fromkeys(masked.values, "0" * 32),
                "signals": dict(signals.notice(row.text)),
                "awaiting": row.awaiting,
            }
        )
    done = subprocess.run(
        [str(RASA_PYTHON), "-m", "scripts.evaluation.understanding", str(model)],
        input=json.dumps(turns),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    document = json.loads(done.stdout)
    answers = [
        Understood(
            intent=answer["intent"],
            confidence=answer["confidence"],
            gap=answer["gap"],
            asked_back=answer["asked_back"],
            also=answer["also"],
            kinds=_kinds(turn["text"]),
            wellbeing=turn["signals"].get(signals.WELLBEING, False),
            language=turn["signals"].get(signals.LANGUAGE),
        )
        for answer, turn in zip(document.pop("answers"), turns, strict=True)
    ]
    return answers, document


def _kinds(text: str) -> Counter[str]:
    found = {match.group(): match["kind"] for match in INWARD.finditer(text)}
    return Counter(found.values())


def summary(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures that are recorded, flat, each with the number of rows it is of."""
    flat: dict[str, Any] = {}
    for name in ACCURACIES:
        parts = run[name] if isinstance(run[name], Mapping) else {"": run[name]}
        for part, value in parts.items():
            if isinstance(value, float):
                flat[f"{name}.{part}".rstrip(".")] = value
    return flat


def worse(
    now: Mapping[str, float], before: Mapping[str, float], of: Mapping[str, int]
) -> list[str]:
    """Return which recorded figures have got worse by more than one of the rows they are of."""
    found = []
    for name, accepted in before.items():
        sign = -1 if name.endswith(WORSE_WHEN_HIGHER) else 1
        allowed = 1e-4 + (0 if name == NEVER else 1 / of.get(name, of["strict"]))
        if name not in now or sign * (accepted - now[name]) > allowed:
            found.append(name)
    return found


def too_slow(cost: Mapping[str, Any]) -> list[str]:
    """Return which bounds of time are passed; a busy machine's clock is no proof against it."""
    found = []
    if min(cost["ms"]["median"], cost["processor_ms"]["median"]) > MESSAGE_MS:
        found.append("ms a message")
    if cost["train_s"] > TRAINING_S:
        found.append("seconds of training")
    return found


def cross_validate(folds: int) -> dict[str, Any]:
    """Run some of five folds and the learning curve, in Rasa's environment; minutes a fold."""
    out = Path("var/cross_validation.json")
    out.parent.mkdir(exist_ok=True)
    command = [str(RASA_PYTHON), "-m", "scripts.evaluation.cross_validation", str(out), "--curve"]
    command += ["--run", str(folds)]
    subprocess.run(command, check=True)
    document: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return document


def recorded() -> dict[str, Any]:
    """Return the figures that were last accepted."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else {}


def keep_baselines(kept: dict[str, Any], new: Mapping[str, Mapping[str, Any]]) -> None:
    """Put new figures in place of old ones; stock Rasa takes an hour, so it stays unless new."""
    for file, models in new.items():
        stock = {name: row for name, row in kept.get(file, {}).items() if name.startswith("stock")}
        is_new = any(name.startswith("stock") for name in models)
        kept[file] = {**models, **({} if is_new else stock)}


def beside(record: Mapping[str, Any], file: str, ours: Mapping[str, float]) -> str:
    """Return plain models and stock Rasa on a file as Markdown, the assistant first."""
    row = {
        "strict": ours.get("strict"),
        "lenient": ours.get("lenient"),
        "macro_f1": ours.get("macro_f1"),
        "out_of_scope": ours.get("out_of_scope.recall"),
    }
    others = record.get("baselines", {}).get(file, {})
    return report.baselines_markdown(file, {"**this assistant**": row, **others})


def write_page(run: dict[str, Any], record: dict[str, Any]) -> None:
    """Write docs/evaluation.md and the picture."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    report.picture(run["figures"]["confusion"], PICTURE)
    introduction = PAGE.read_text(encoding="utf-8").split("<!-- figures -->")[0]
    parts = [introduction + "<!-- figures -->", report.markdown(run)]
    parts.append(f"![Who is taken for whom]({PICTURE.relative_to(PAGE.parent)})")
    for file in record.get("baselines", {}):
        parts.append(f"### Beside it, on `{file}`")
        parts.append(beside(record, file, record.get("accepted", {}).get(file, {})))
    if "cross_validation" in record:
        parts.append(report.cross_validation_markdown(record["cross_validation"]))
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def main() -> int:
    """Score, print, store, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=DEFAULT)
    parser.add_argument("--model", type=Path, default=Path("models/assistant.tar.gz"))
    parser.add_argument("--cross-validate", action="store_true", help="take half an hour more")
    parser.add_argument("--baselines", action="store_true", help="plain models and stock Rasa too")
    parser.add_argument("--folds", type=int, default=5, help="how many of five folds to run")
    parser.add_argument("--record", action="store_true", help="accept these figures")
    arguments = parser.parse_args()
    if not arguments.model.is_file():
        sys.exit(f"There is no model at {arguments.model}. Run: make train")
    rows = read(arguments.file)
    answers, cost = understand(rows, arguments.model)
    run = {"file": arguments.file.name, "figures": figures(rows, answers), "cost": cost}
    record = recorded()
    now = summary(run["figures"])
    failed = worse(
        now, record.get("accepted", {}).get(arguments.file.name, {}), run["figures"]["of"]
    ) + too_slow(cost)
    if arguments.cross_validate:
        record["cross_validation"] = cross_validate(arguments.folds)
    if arguments.baselines:
        keep_baselines(record.setdefault("baselines", {}), compared([arguments.file]))
    if arguments.record:
        record.setdefault("accepted", {})[arguments.file.name] = now
    if arguments.record or arguments.cross_validate or arguments.baselines:
        RECORD.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(report.markdown(run))
    print("\n" + beside(record, arguments.file.name, now))
    if "cross_validation" in record:
        print("\n" + report.cross_validation_markdown(record["cross_validation"]))
    if arguments.file == DEFAULT:
        write_page(run, record)
    print(json.dumps({**now, "ms": cost["ms"], "rss_mb": cost["rss_mb"], "failed": failed}))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
