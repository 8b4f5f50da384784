"""A linear model over characters and words: blind to meaning, hard to confuse by spelling."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.svm import LinearSVC

from bot.components.spelling import as_typed, readable

CHARACTER_BITS = 16
WORD_BITS = 14
WORDS = r"\S+"


def _vectorizers() -> tuple[HashingVectorizer, HashingVectorizer, HashingVectorizer]:
    shared = {"alternate_sign": False, "norm": None, "lowercase": False, "dtype": np.float32}
    return (
        HashingVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), n_features=2**CHARACTER_BITS, **shared
        ),
        HashingVectorizer(
            ngram_range=(1, 2), token_pattern=WORDS, n_features=2**WORD_BITS, **shared
        ),
        HashingVectorizer(
            ngram_range=(1, 3), token_pattern=WORDS, n_features=2**WORD_BITS, **shared
        ),
    )


class CharacterModel:
    """Scores per intent from character n-grams, words as typed and words as meant.

    Features are hashed, so nothing but numbers is stored.
    """

    def __init__(self, idf: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> None:
        self._idf = idf.astype(np.float32)
        self._weights = weights.astype(np.float32)
        self._bias = bias.astype(np.float32)
        self._vectorizers = _vectorizers()

    @classmethod
    def train(
        cls, texts: Sequence[str], targets: np.ndarray, *, strength: float
    ) -> "CharacterModel":
        """Fit one linear support vector machine per intent; `strength` is its C."""
        counts = _counts(_vectorizers(), texts)
        weighting = TfidfTransformer(sublinear_tf=True).fit(counts)
        machine = LinearSVC(C=strength, class_weight="balanced", random_state=0, max_iter=3000)
        machine.fit(weighting.transform(counts), targets)
        return cls(weighting.idf_, machine.coef_, machine.intercept_)

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """Return one row of margins per text."""
        features = _counts(self._vectorizers, texts)
        features.data = np.log(features.data) + 1.0
        features = features.multiply(self._idf).tocsr()
        lengths = np.sqrt(features.multiply(features).sum(1)).A1
        lengths[lengths == 0] = 1.0
        scaled = scipy.sparse.diags(1.0 / lengths) @ features
        return np.asarray(scaled @ self._weights.T + self._bias, dtype=np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what `__init__` takes, in half precision."""
        return {
            "idf": self._idf.astype(np.float16),
            "weights": self._weights.astype(np.float16),
            "bias": self._bias.astype(np.float16),
        }


def _counts(
    vectorizers: tuple[HashingVectorizer, ...], texts: Sequence[str]
) -> scipy.sparse.csr_matrix:
    typed = [as_typed(text) for text in texts]
    meant = [readable(text) for text in texts]
    characters, words, phrases = vectorizers
    parts = (characters.transform(typed), words.transform(typed), phrases.transform(meant))
    return scipy.sparse.hstack(parts).tocsr()
