"""Score the trained assistant on a file of the evaluation form, through the edge's masking.

    python -m scripts.evaluate [--file FILE] [--cross-validate] [--baselines] [--record]

Masking and the wellbeing detector run here, the model in Rasa's own environment; JSON lies between.
Prints Markdown, writes docs/evaluation.md and docs/evaluation/confusion.png for the default file,
ends with one line of JSON, and fails when accuracy is below the last recorded figure.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from messaging.masking import mask
from messaging.wellbeing import assess
from scripts.baselines import RASA_PYTHON, compared
from scripts.evaluation import report
from scripts.evaluation.figures import Understood, figures
from scripts.evaluation.rows import Row, read
from wire.placeholders import INWARD

DEFAULT = Path("tests/evaluation/parents_dev.tsv")
RECORD = Path("docs/evaluation.json")
PAGE = Path("docs/evaluation.md")
PICTURE = Path("docs/evaluation/confusion.png")
TOLERANCE = 0.005
"""Share of rows: one row of the development set."""


def understand(rows: list[Row], model: Path) -> tuple[list[Understood], dict[str, Any]]:
    """Return what the assistant makes of each row, and what that cost."""
    turns, raised = [], []
    for row in rows:
        masked = mask(row.text)
        raised.append(assess(row.text).raised)
        turns.append({"text": masked.text, "references": dict.fromkeys(masked.values, "0" * 32)})
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
            kinds=frozenset(match["kind"] for match in INWARD.finditer(turn["text"])),
            wellbeing=alarm,
        )
        for answer, turn, alarm in zip(document["answers"], turns, raised, strict=True)
    ]
    return answers, {key: document[key] for key in ("ms", "start_s", "rss_mb")}


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


def write_page(run: dict[str, Any], record: dict[str, Any]) -> None:
    """Write docs/evaluation.md and the picture."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    report.picture(run["figures"]["confusion"], PICTURE)
    introduction = PAGE.read_text(encoding="utf-8").split("<!-- figures -->")[0]
    parts = [introduction + "<!-- figures -->", report.markdown(run)]
    parts.append(f"![Who is taken for whom]({PICTURE.relative_to(PAGE.parent)})")
    for file, by_model in record.get("baselines", {}).items():
        parts.append(f"### Beside it, on `{file}`")
        parts.append(report.baselines_markdown(file, by_model))
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
    before = record.get("accepted", {}).get(arguments.file.name, {})
    if arguments.cross_validate:
        record["cross_validation"] = cross_validate(arguments.folds)
    if arguments.baselines:
        record.setdefault("baselines", {}).update(compared([arguments.file]))
    print(report.markdown(run))
    beside = record.get("baselines", {}).get(arguments.file.name)
    if beside:
        print("\n" + report.baselines_markdown(arguments.file.name, beside))
    if "cross_validation" in record:
        print("\n" + report.cross_validation_markdown(record["cross_validation"]))
    summary = {key: run["figures"][key] for key in ("strict", "lenient", "macro_f1", "distress")}
    dropped = summary["strict"] < before.get("strict", 0.0) - TOLERANCE
    if arguments.record:
        record.setdefault("accepted", {})[arguments.file.name] = summary
    if arguments.record or arguments.cross_validate or arguments.baselines:
        RECORD.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    if arguments.file == DEFAULT:
        write_page(run, record)
    print(json.dumps({**summary, "ms": cost["ms"], "rss_mb": cost["rss_mb"], "dropped": dropped}))
    return 1 if dropped else 0


if __name__ == "__main__":
    raise SystemExit(main())
