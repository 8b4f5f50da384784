"""Score plain models on files of the evaluation form, through the edge's masking.

    python -m scripts.baselines FILE...

Prints a table, ends with one line of JSON. The assistant's own figures come from `make evaluate`.
"""

import json
import subprocess
import sys
from pathlib import Path

from messaging.masking import mask
from scripts.evaluate import RASA_PYTHON
from scripts.evaluation.figures import OUT_OF_SCOPE, macro_f1
from scripts.evaluation.report import percent
from scripts.evaluation.rows import Row, read


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


def main() -> int:
    """Score and print."""
    rows = {Path(name).name: read(Path(name)) for name in sys.argv[1:]}
    asked = {name: [mask(row.text).text for row in part] for name, part in rows.items()}
    done = subprocess.run(
        [str(RASA_PYTHON), "-m", "scripts.evaluation.baselines"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    answers = json.loads(done.stdout)
    result = {
        model: {file: scores(rows[file], found) for file, found in by_file.items()}
        for model, by_file in answers.items()
    }
    for file in rows:
        print(f"\n| {file} | strict | lenient | macro-F1 | out_of_scope |\n|---|---|---|---|---|")
        for model, by_file in result.items():
            print(f"| {model} | " + " | ".join(map(percent, by_file[file].values())) + " |")
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
