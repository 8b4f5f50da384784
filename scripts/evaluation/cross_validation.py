"""In Rasa's environment: cross-validate the intent model and the baselines on our own examples.

    .venv-rasa/bin/python -m scripts.evaluation.cross_validation OUT.json [--folds 5] [--curve]

Examples whose sentence embeddings are nearly alike stay in one fold, so that no message is tested
with its twin in training.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.components import sentence_encoder as encoder
from bot.components.intent_model import IntentModel, Settings, blended
from bot.components.spelling import readable
from bot.components.tuned_encoder import TunedEncoder
from scripts.evaluation.figures import calibration_error, macro_f1

WORDS = r"\S+"
ALIKE = 0.92
"""Cosine of published embeddings from which two examples count as near-duplicates."""
CURVE = (0.1, 0.25, 0.5)


def examples() -> tuple[list[str], np.ndarray]:
    """Return our texts and their intents."""
    texts, intents = [], []
    for file in sorted(Path("data").glob("*/nlu.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                texts.append(line.removeprefix("- ").strip())
                intents.append(block["intent"])
    return texts, np.array(intents)


def embeddings(texts: list[str]) -> np.ndarray:
    """Return the published encoder's unit vectors."""
    folder = encoder.packaged_folder()
    published = TunedEncoder(folder, 1, Settings().recipe)
    return published.embeddings(texts)


def folds_of(vectors: np.ndarray, folds: int) -> np.ndarray:
    """Return a fold per example, groups of near-duplicates together."""
    _, group = connected_components(csr_matrix(vectors @ vectors.T > ALIKE))
    chance = np.random.default_rng(0).permutation(group.max() + 1)
    fold: np.ndarray = chance[group] % folds
    return fold


def main() -> None:
    """Cross-validate and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--run", type=int, default=5, help="how many of the folds to run")
    parser.add_argument("--curve", action="store_true", help="add the learning curve (first fold)")
    arguments = parser.parse_args()
    texts, intents = examples()
    vectors = embeddings(texts)
    fold = folds_of(vectors, arguments.folds)
    names = sorted(set(intents))
    target = np.searchsorted(names, intents)
    collected: dict[str, list[np.ndarray]] = {}
    seconds = []
    for index in range(arguments.run):
        train, test = np.where(fold != index)[0], np.where(fold == index)[0]
        began = time.perf_counter()
        ours = _ours(texts, intents, train, test)
        seconds.append(time.perf_counter() - began)
        for name, probability in {
            **ours,
            **_baselines(texts, vectors, target, train, test),
        }.items():
            collected.setdefault(name, []).append(probability)
        collected.setdefault("truth", []).append(target[test])
        document = _document(collected, names, len(texts), seconds)
        document["folds"] = f"{index + 1} of {arguments.folds}"
        arguments.out.write_text(json.dumps(document, indent=1))
    if arguments.curve:
        document["learning_curve"] = _curve(texts, intents, fold, names)
        arguments.out.write_text(json.dumps(document, indent=1))


def _ours(
    texts: list[str], intents: np.ndarray, train: np.ndarray, test: np.ndarray
) -> dict[str, np.ndarray]:
    settings = Settings()
    model = IntentModel.train(
        [texts[i] for i in train], list(intents[train]), encoder.packaged_folder(), settings
    )
    by_encoder, by_characters = model.parts([texts[i] for i in test])
    return {
        "ours": blended(by_encoder, by_characters, settings.blend, model.intents),
        "fitted encoder alone": np.exp(by_encoder),
        "character SVM alone": np.exp(by_characters),
    }


def _baselines(
    texts: list[str], vectors: np.ndarray, target: np.ndarray, train: np.ndarray, test: np.ndarray
) -> dict[str, np.ndarray]:
    words = TfidfVectorizer(token_pattern=WORDS, sublinear_tf=True)
    plain = [readable(text) for text in texts]
    seen = words.fit_transform([plain[i] for i in train])
    bag = LogisticRegression(C=10, max_iter=150).fit(seen, target[train])
    frozen = LogisticRegression(C=20, max_iter=150).fit(vectors[train], target[train])
    return {
        "bag of words, logistic regression": bag.predict_proba(
            words.transform([plain[i] for i in test])
        ),
        "published MiniLM, logistic regression": frozen.predict_proba(vectors[test]),
    }


def _document(
    collected: dict[str, list[np.ndarray]], names: list[str], size: int, seconds: list[float]
) -> dict[str, Any]:
    truth = np.concatenate(collected["truth"])
    models = {}
    for name, parts in collected.items():
        if name == "truth":
            continue
        probability = np.concatenate(parts)
        found, sure = probability.argmax(1), probability.max(1)
        pairs = [(names[t], names[f]) for t, f in zip(truth, found, strict=True)]
        models[name] = {
            "accuracy": round(float((found == truth).mean()), 4),
            "macro_f1": macro_f1(pairs),
            "calibration_error": calibration_error(
                list(zip(sure.tolist(), (found == truth).tolist(), strict=True))
            ),
            "recall": {
                names[i]: round(float((found[truth == i] == i).mean()), 3) for i in np.unique(truth)
            },
        }
    ours = np.concatenate(collected["ours"])
    return {
        "examples": size,
        "train_seconds_per_fold": [round(s, 1) for s in seconds],
        "models": models,
        "fallback_curve": fallback_curve(ours, truth),
    }


def fallback_curve(probability: np.ndarray, truth: np.ndarray) -> list[dict[str, float]]:
    """Return, per threshold, how much is asked back and how often an answer is then right."""
    ordered = np.sort(probability, 1)
    best, gap = ordered[:, -1], ordered[:, -1] - ordered[:, -2]
    right = probability.argmax(1) == truth
    curve = []
    for threshold in (0.0, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7):
        answered = (best >= threshold) & (gap >= (0.05 if threshold else 0.0))
        curve.append(
            {
                "threshold": threshold,
                "asked_back": round(float(1 - answered.mean()), 4),
                "right_of_answered": round(float(right[answered].mean()), 4),
                "wrong_answers": round(float((answered & ~right).mean()), 4),
                "needlessly_asked": round(float((~answered & right).mean()), 4),
            }
        )
    return curve


def _curve(
    texts: list[str], intents: np.ndarray, fold: np.ndarray, names: list[str]
) -> list[dict[str, float]]:
    train, test = np.where(fold != 0)[0], np.where(fold == 0)[0]
    chance = np.random.default_rng(1).permutation(train)
    points = []
    for share in CURVE:
        part = chance[: int(len(chance) * share)]
        probability = _ours(texts, intents, part, test)["ours"]
        seen = (
            np.array(names) if len(set(intents[part])) == len(names) else np.unique(intents[part])
        )
        right = seen[probability.argmax(1)] == intents[test]
        points.append({"examples": len(part), "accuracy": round(float(right.mean()), 4)})
    return points


if __name__ == "__main__":
    main()
