"""Score plain models on files of the evaluation form, through the edge's masking.

    python -m scripts.baselines FILE...

Prints a table, ends with one line of JSON. The assistant's own figures come from `make evaluate`.
Stock Rasa (the pipeline that `rasa init` suggests) is scored where `make bench` has trained it, on
the examples of that day: it takes an hour.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from messaging.masking import mask
from scripts.evaluation.figures import OUT_OF_SCOPE, macro_f1
from scripts.evaluation.report import baselines_markdown
from scripts.evaluation.rows import Row, read

RASA_PYTHON = Path(".venv-rasa/bin/python")
STOCK_PYTHON = Path("var/bench/venv/bin/python")
STOCK_MODEL = Path("var/bench/stock/models/stock.tar.gz")
STOCK_DATA = Path("var/bench/stock/data")


def scores(rows: list[Row], found: list[str]) -> dict[str, float]:
    """Return the accuracies over the rows that need no context."""
    plain = [(r, f) for r, f in zip(rows, found, strict=True) if not r.context]
    strange = [f for r, f in plain if r.intent == OUT_OF_SCOPE]
    return {
        "strict": round(sum(r.intent == f for r, f in plain) / len(plain), 4),
        "lenient": round(sum(f in r.accepted for r, f in plain) / len(plain), 4),
        "macro_f1": macro_f1([(r.intent, f) for r, f in plain]),
        "out_of_scope": round(strange.count(OUT_OF_SCOPE) / max(1, len(strange)), 4),
    }


def _ask(command: list[str], asked: dict[str, list[str]]) -> dict[str, Any]:
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def _stock(asked: dict[str, list[str]]) -> dict[str, dict[str, list[str]]]:
    """Return what stock Rasa answers, where it has been trained; empty elsewhere."""
    if not STOCK_MODEL.is_file():
        return {}
    examples = 0
    for file in STOCK_DATA.rglob("*.yml"):
        document = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        examples += sum(len(b["examples"].splitlines()) for b in document.get("nlu", []))
    command = [str(STOCK_PYTHON), "scripts/evaluation/stock.py", str(STOCK_MODEL)]
    answered = _ask(command, asked)
    name = f"stock Rasa (DIET), {examples} examples, {answered['ms']:.0f} ms a message"
    return {name: answered["answers"]}


def compared(files: list[Path]) -> dict[str, dict[str, dict[str, float]]]:
    """Return figures by file and model."""
    rows = {path.name: read(path) for path in files}
    asked = {name: [mask(row.text).text for row in part] for name, part in rows.items()}
    answers = _ask([str(RASA_PYTHON), "-m", "scripts.evaluation.baselines"], asked)
    answers |= _stock(asked)
    return {
        file: {model: scores(part, found[file]) for model, found in answers.items()}
        for file, part in rows.items()
    }


def main() -> int:
    """Score and print."""
    result = compared([Path(name) for name in sys.argv[1:]])
    for file, by_model in result.items():
        print("\n" + baselines_markdown(file, by_model))
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
