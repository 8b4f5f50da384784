"""Write our domain and training data as stock Rasa reads them; run in the Rasa environment.

Usage: python -m tests.bench.stock_domain FOLDER
"""

import shutil
import sys
from pathlib import Path

from rasa.shared.importers.importer import TrainingDataImporter

ROOT = Path(__file__).resolve().parents[2]


def main(folder: Path) -> None:
    importer = TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")]
    )
    importer.get_domain().persist(folder / "domain.yml")
    shutil.rmtree(folder / "data", ignore_errors=True)
    for path in (ROOT / "data").glob("*/*.yml"):
        if path.name in {"nlu.yml", "rules.yml"}:
            target = folder / "data" / path.parent.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
