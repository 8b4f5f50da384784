"""The encoder with its upper layers fitted to our intents.

The lower layers stay as published and are run once over the training data; only what lies above is
trained, so that training takes minutes on two cores and the model file stays small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from bot.components import sentence_encoder as encoder
from bot.components.spelling import readable

BATCH = 64
SPREAD = 24
"""Word pieces by which rows asked about together may differ: a message and its clauses."""
JITTER = 2
"""Word pieces by which rows of one batch may differ in length, so that epochs differ in batches."""


@dataclass(frozen=True)
class Recipe:
    """How the upper layers are trained. What was and was not measured: docs/decisions/0050."""

    frozen_layers: int = 2
    epochs: int = 3
    batch: int = 64
    rate: float = 2.5e-4
    head_rate: float = 3e-3
    warm_up_steps: int = 60
    dropout: float = 0.1
    smoothing: float = 0.1
    seed: int = 20


class TunedEncoder:
    """Texts in, one score per intent out."""

    def __init__(
        self, folder: Path, intents: int, recipe: Recipe, tuned: dict[str, np.ndarray] | None = None
    ) -> None:
        """Load the published weights, and lay the tuned ones over them where given."""
        weights = encoder.load_weights(folder)
        head = np.random.default_rng(recipe.seed).normal(0, 0.02, (encoder.WIDTH, intents))
        weights["head.weight"] = head.astype(np.float32)
        weights["head.bias"] = np.zeros(intents, dtype=np.float32)
        weights.update(tuned or {})
        self._recipe = recipe
        self._pieces = encoder.WordPieces(folder)
        self._upper = [name for name in weights if self._is_upper(name)]
        trainable = set(self._upper) if tuned is None else set()
        self._weights = {
            name: tf.Variable(weight) if name in trainable else tf.constant(weight)
            for name, weight in weights.items()
            if not name.startswith("pooler")
        }
        integers = tf.TensorSpec((None, None), tf.int32)
        floats = tf.TensorSpec((None, None), tf.float32)
        states = tf.TensorSpec((None, None, encoder.WIDTH), tf.float32)
        self._lower = tf.function(self._run_lower, input_signature=(integers, floats))
        self._scores = tf.function(self._run_upper, input_signature=(states, floats))
        self._whole = tf.function(self._run_whole, input_signature=(integers, floats))

    def _is_upper(self, name: str) -> bool:
        layers = range(self._recipe.frozen_layers, encoder.LAYERS)
        return name.startswith(("head.", *(f"encoder.layer.{index}." for index in layers)))

    def _run_lower(self, ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        x = encoder.embed(ids, self._weights)
        for index in range(self._recipe.frozen_layers):
            x = encoder.layer(x, mask, self._weights, index, 0.0)
        return x

    def _run_upper(self, x: tf.Tensor, mask: tf.Tensor, drop: float = 0.0) -> tf.Tensor:
        for index in range(self._recipe.frozen_layers, encoder.LAYERS):
            x = encoder.layer(x, mask, self._weights, index, drop)
        pooled = encoder.pool(x, mask)
        if drop:
            pooled = tf.nn.dropout(pooled, drop)
        return tf.matmul(pooled, self._weights["head.weight"]) + self._weights["head.bias"]

    def _run_whole(self, ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        return self._run_upper(self._run_lower(ids, mask), mask)

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """Return one row of scores (logits) per text."""
        rows = self._pieces.of([readable(text) for text in texts])
        found: list[tuple[np.ndarray, np.ndarray]] = []
        for batch in encoder.by_length([len(row) for row in rows], BATCH, SPREAD):
            ids, mask = encoder.padded([rows[index] for index in batch])
            found.append((batch, self._whole(tf.constant(ids), tf.constant(mask)).numpy()))
        order = np.concatenate([batch for batch, _ in found])
        return np.concatenate([scores for _, scores in found])[np.argsort(order)]

    def embeddings(self, texts: Sequence[str]) -> np.ndarray:
        """Return the unit vector of each text before the head; for measuring likeness."""
        rows = self._pieces.of([readable(text) for text in texts])
        vectors = np.zeros((len(rows), encoder.WIDTH), dtype=np.float32)
        for batch in encoder.by_length([len(row) for row in rows], BATCH):
            ids, mask = encoder.padded([rows[index] for index in batch])
            x = self._lower(tf.constant(ids), tf.constant(mask))
            for index in range(self._recipe.frozen_layers, encoder.LAYERS):
                x = encoder.layer(x, tf.constant(mask), self._weights, index, 0.0)
            pooled = encoder.pool(x, tf.constant(mask))
            vectors[batch] = tf.math.l2_normalize(pooled, -1).numpy()
        return vectors

    def tuned(self) -> dict[str, np.ndarray]:
        """Return what training changed, in half precision (the file is half as large)."""
        return {name: self._weights[name].numpy().astype(np.float16) for name in self._upper}

    def train(self, texts: Sequence[str], targets: np.ndarray) -> list[float]:
        """Fit the upper layers to the targets; return the mean loss of each epoch."""
        states = self._lower_states(texts)
        chance = np.random.default_rng(self._recipe.seed)
        tf.random.set_seed(self._recipe.seed)
        step = self._training_step(targets)
        lengths = np.array([len(state) for state in states])
        losses = []
        for _ in range(self._recipe.epochs):
            # Rows of about one length share a batch; which ones is new in each epoch.
            order = np.argsort(lengths + chance.uniform(0, JITTER, len(lengths)), kind="stable")
            starts = np.arange(0, len(order) - self._recipe.batch + 1, self._recipe.batch)
            losses.append(
                np.mean(
                    [
                        self._one_step(step, states, targets, order[start:][: self._recipe.batch])
                        for start in chance.permutation(starts)
                    ]
                )
            )
        return [float(loss) for loss in losses]

    def _lower_states(self, texts: Sequence[str]) -> list[np.ndarray]:
        rows = self._pieces.of([readable(text) for text in texts])
        states: list[np.ndarray] = [np.empty(0)] * len(rows)
        for batch in encoder.by_length([len(row) for row in rows], BATCH):
            ids, mask = encoder.padded([rows[index] for index in batch])
            out = self._lower(tf.constant(ids), tf.constant(mask)).numpy()
            for position, index in enumerate(batch):
                states[index] = out[position, : len(rows[index])]
        return states

    @staticmethod
    def _one_step(step, states, targets, batch) -> float:
        length = max(len(states[index]) for index in batch)
        x = np.zeros((len(batch), length, encoder.WIDTH), dtype=np.float32)
        mask = np.zeros((len(batch), length), dtype=np.float32)
        for row, index in enumerate(batch):
            x[row, : len(states[index])] = states[index]
            mask[row, : len(states[index])] = 1.0
        return float(step(tf.constant(x), tf.constant(mask), tf.constant(targets[batch])))

    def _training_step(self, targets: np.ndarray):
        recipe = self._recipe
        total = max(1, len(targets) // recipe.batch * recipe.epochs)
        falling = tf.keras.optimizers.schedules.PolynomialDecay(1.0, total, 0.0)
        count = np.bincount(targets)
        rarity = tf.constant(np.sqrt(count.sum() / (len(count) * count)), tf.float32)
        body = [self._weights[name] for name in self._upper if not name.startswith("head.")]
        head = [self._weights[name] for name in self._upper if name.startswith("head.")]
        fast = tf.keras.optimizers.legacy.Adam(lambda: recipe.head_rate * falling(fast.iterations))
        slow = tf.keras.optimizers.legacy.Adam(
            lambda: (
                recipe.rate
                * falling(slow.iterations)
                * tf.minimum(1.0, (tf.cast(slow.iterations, tf.float32) + 1) / recipe.warm_up_steps)
            )
        )

        @tf.function(
            input_signature=(
                tf.TensorSpec((None, None, encoder.WIDTH), tf.float32),
                tf.TensorSpec((None, None), tf.float32),
                tf.TensorSpec((None,), tf.int64),
            )
        )
        def step(x: tf.Tensor, mask: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                scores = self._run_upper(x, mask, recipe.dropout)
                wanted = tf.one_hot(target, len(count)) * (1 - recipe.smoothing)
                wanted = wanted + recipe.smoothing / len(count)
                losses = tf.nn.softmax_cross_entropy_with_logits(wanted, scores)
                loss = tf.reduce_mean(losses * tf.gather(rarity, target))
            slopes, _ = tf.clip_by_global_norm(tape.gradient(loss, body + head), 1.0)
            slow.apply_gradients(zip(slopes[: len(body)], body))  # noqa: B905 - AutoGraph knows no strict
            fast.apply_gradients(zip(slopes[len(body) :], head))  # noqa: B905
            return loss

        return step
