"""Train the wellbeing detector's model from data/*/nlu.yml and print what cross-validation says.

    .venv/bin/python scripts/train_wellbeing.py            # print figures and write the model
    .venv/bin/python scripts/train_wellbeing.py --check    # print figures only

Weights are stored as JSON: numbers by feature, nothing that is run.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from messaging.wellbeing.detector import Model, assess, speaks_of_risk
from messaging.wellbeing.features import features

INTENT = "distress_or_safeguarding"
MODEL = Path("messaging/wellbeing/model.json")
STRENGTH = 30.0
SMALLEST = 0.1


def examples() -> tuple[list[str], list[bool]]:
    """Return our training texts and whether each speaks of distress or risk."""
    texts, raised = [], []
    for file in sorted(Path("data").glob("*/nlu.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                texts.append(line.removeprefix("- "))
                raised.append(block["intent"] == INTENT)
    return texts, raised


def fit(texts: Sequence[str], raised: Sequence[bool]) -> Model:
    """Fit a logistic regression over features that are there or not, rows of length one."""
    rows = []
    for text in texts:
        found = features(text)
        rows.append(dict.fromkeys(found, 1.0 / np.sqrt(len(found) or 1)))
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(rows)
    machine = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=1000)
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
    for train, test in KFold(folds, shuffle=True, random_state=0).split(texts):
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
        document = {"bias": model.bias, "weights": dict(sorted(model.weights.items()))}
        MODEL.write_text(
            json.dumps(document, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
        )
        print(f"wrote {MODEL}: {len(model.weights)} weights")


if __name__ == "__main__":
    main()
