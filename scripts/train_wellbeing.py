"""Train the wellbeing detector's model from data/*/nlu.yml and print what cross-validation says.

    .venv/bin/python -m scripts.train_wellbeing            # print figures and write the model
    .venv/bin/python -m scripts.train_wellbeing --check    # print figures only

Weights are stored as JSON: numbers by feature, nothing that is run.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import scipy.sparse
import yaml
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from messaging.wellbeing.detector import Model, assess, speaks_of_risk
from messaging.wellbeing.features import features, plain

INTENT = "distress_or_safeguarding"
MODEL = Path("messaging/wellbeing/model.json")
STRENGTH = 30.0
SMALLEST = 0.2
ALIKE = 0.85
"""Cosine of character trigrams from which two examples stay in one fold."""


def examples() -> tuple[list[str], list[bool]]:
    """Return our training texts and whether each speaks of distress or risk."""
    texts, raised = [], []
    for file in sorted(Path("data").glob("*/nlu.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                texts.append(line.removeprefix("- "))
                raised.append(block["intent"] == INTENT)
    return texts, raised


def made_of(texts: Sequence[str], raised: Sequence[bool]) -> str:
    """Return a hash of everything that decides what is fitted."""
    package = resources.files("messaging.wellbeing")
    code = [
        package.joinpath(n).read_text(encoding="utf-8") for n in ("features.py", "meanings.txt")
    ]
    rows = sorted(zip(texts, map(bool, raised), strict=True))
    parts = [rows, code, STRENGTH, SMALLEST]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def groups(texts: Sequence[str]) -> np.ndarray:
    """Return a number per text; near-duplicates share one."""
    shapes = TfidfVectorizer(
        preprocessor=plain, analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True
    ).fit_transform(texts)
    rows = []
    for start in range(0, shapes.shape[0], 2000):
        rows.append(scipy.sparse.csr_matrix(shapes[start : start + 2000] @ shapes.T > ALIKE))
    numbers: np.ndarray = connected_components(scipy.sparse.vstack(rows))[1]
    return numbers


def fit(texts: Sequence[str], raised: Sequence[bool]) -> Model:
    """Fit a logistic regression over features that are there or not, rows of length one."""
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(features(text) for text in texts)
    matrix.indices = matrix.indices.astype(np.int32)  # which the solver wants
    matrix.indptr = matrix.indptr.astype(np.int32)
    machine = LogisticRegression(
        C=STRENGTH, class_weight="balanced", max_iter=1000, solver="liblinear", random_state=0
    )
    machine.fit(matrix, raised)
    names = vectorizer.get_feature_names_out()
    weights = {
        str(name): round(float(weight), 3)
        for name, weight in zip(names, machine.coef_[0], strict=True)
        if abs(weight) >= SMALLEST
    }
    return Model(weights=weights, bias=round(float(machine.intercept_[0]), 4))


def cross_validate(texts: Sequence[str], raised: Sequence[bool], folds: int = 5) -> None:
    """Print recall and false alarms on texts that the model has not seen."""
    wanted = np.array(raised)
    probability = np.zeros(len(texts))
    verdict = np.zeros(len(texts), dtype=bool)
    for train, test in GroupKFold(folds).split(texts, groups=groups(texts)):
        model = fit([texts[i] for i in train], [raised[i] for i in train])
        for index in test:
            probability[index] = model.probability(texts[index])
            verdict[index] = assess(texts[index], model).raised
    words = np.array([speaks_of_risk(text) for text in texts])
    print(f"{wanted.sum()} texts of distress or risk, {(~wanted).sum()} others, {folds} folds")
    print("threshold  recall  false alarms")
    for threshold in (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6):
        both = words | (probability >= threshold)
        print(f"{threshold:9.2f}  {both[wanted].mean():6.1%}  {both[~wanted].mean():6.2%}")
    print(f"lexicon alone: recall {words[wanted].mean():.1%}, false {words[~wanted].mean():.2%}")
    print(f"as used: recall {verdict[wanted].mean():.1%}, false {verdict[~wanted].mean():.2%}")


def main() -> None:
    """Cross-validate, then train on everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="do not write the model")
    arguments = parser.parse_args()
    texts, raised = examples()
    cross_validate(texts, raised)
    if not arguments.check:
        model = fit(texts, raised)
        document = {
            "made_of": made_of(texts, raised),
            "bias": model.bias,
            "weights": dict(sorted(model.weights.items())),
        }
        MODEL.write_text(
            json.dumps(document, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
        )
        print(f"wrote {MODEL}: {len(model.weights)} weights")


if __name__ == "__main__":
    main()
