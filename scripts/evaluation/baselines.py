"""In Rasa's environment: what plain models make of the same rows, trained on the same examples.

    .venv-rasa/bin/python -m scripts.evaluation.baselines < texts.json > answers.json

In: texts by file. Out: the best intent of each text, by model and file. Bag of words with character
n-grams under logistic regression and under a linear support vector machine; the published sentence
encoder under logistic regression, on all examples and, for a learning curve, on shares of them.
"""

import json
import sys
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC

from bot.components.spelling import as_typed, readable
from scripts.evaluation.cross_validation import WORDS, embeddings, examples

SHARES = (0.1, 0.25, 0.5, 1.0)
Answer = Callable[[str], list[str]]
"""A file's name to the intents of its texts."""


def words_and_characters(
    texts: Sequence[str], intents: np.ndarray, asked: dict[str, list[str]]
) -> dict[str, Answer]:
    """Fit two linear models over words, their neighbours and character n-grams."""
    features = make_union(
        TfidfVectorizer(
            preprocessor=readable, token_pattern=WORDS, ngram_range=(1, 2), sublinear_tf=True
        ),
        TfidfVectorizer(
            preprocessor=as_typed, analyzer="char_wb", ngram_range=(2, 4), min_df=2,
            sublinear_tf=True,
        ),
    )  # fmt: skip
    seen = features.fit_transform(texts)
    kinds = {
        "logistic regression": LogisticRegression(C=10, max_iter=100, solver="saga", tol=1e-2),
        "linear SVM": LinearSVC(C=1.0, class_weight="balanced", random_state=0),
    }
    rows = {file: features.transform(part) for file, part in asked.items()}

    def answer(machine: LogisticRegression | LinearSVC) -> Answer:
        fitted = machine.fit(seen, intents)
        return lambda file: list(fitted.predict(rows[file]))

    return {f"words and characters, {name}": answer(kind) for name, kind in kinds.items()}


def published_encoder(
    vectors: np.ndarray, intents: np.ndarray, asked: dict[str, np.ndarray]
) -> Answer:
    """Fit logistic regression over sentence vectors."""
    machine = LogisticRegression(C=20, max_iter=150).fit(vectors, intents)
    return lambda file: list(machine.predict(asked[file]))


def main() -> None:
    """Read texts, fit, answer."""
    asked: dict[str, list[str]] = json.load(sys.stdin)
    out = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints must not end up in the answer
    texts, intents = examples()
    models = words_and_characters(texts, intents, asked)
    every = embeddings([*texts, *(text for rows in asked.values() for text in rows)])
    vectors, rest = every[: len(texts)], every[len(texts) :]
    starts = np.cumsum([0, *map(len, asked.values())])
    asked_vectors = {file: rest[starts[i] : starts[i + 1]] for i, file in enumerate(asked)}
    chance = np.random.default_rng(1).permutation(len(texts))
    for share in SHARES:
        part = chance[: int(len(texts) * share)]
        name = f"published MiniLM, {len(part)} examples"
        models[name] = published_encoder(vectors[part], intents[part], asked_vectors)
    answers = {name: {file: answer(file) for file in asked} for name, answer in models.items()}
    json.dump(answers, out)


if __name__ == "__main__":
    main()
