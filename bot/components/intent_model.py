"""Which of the intents a text carries, and how sure: two models that err differently, averaged."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from bot.components.character_model import CharacterModel
from bot.components.errors import ModelMissing
from bot.components.tuned_encoder import Recipe, TunedEncoder

FORMAT = 1
STRANGE = "out_of_scope"
"""The intent of what is not about us."""


@dataclass(frozen=True)
class Blend:
    """How scores become probabilities. Chosen on one held-out fifth; see docs/decisions/0050."""

    encoder_share: float = 0.6
    """Weight of the encoder in the average of log probabilities; the rest is the characters'."""
    margin_scale: float = 3.0
    """Margins of the linear machines times this are scores of a softmax."""
    temperature: float = 0.6
    """Divides the blended scores: below 1 sharpens. Fitted so that confidence means frequency."""
    strength: float = 1.0
    """C of the linear machines."""
    strange: float = 0.15
    """Added to the score of `out_of_scope`: in training rare intents weigh more, which takes from
    it what is not about us. On a flat part of the curve in docs/decisions/0050."""


@dataclass(frozen=True)
class Settings:
    """Everything training depends on besides the data."""

    recipe: Recipe = field(default_factory=Recipe)
    blend: Blend = field(default_factory=Blend)


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Return log probabilities, row by row."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    logged: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return logged


class IntentModel:
    """Trained on (text, intent) pairs; answers with a probability per intent."""

    def __init__(
        self,
        intents: Sequence[str],
        encoder: TunedEncoder,
        characters: CharacterModel,
        settings: Settings,
        trained_in_s: float,
    ) -> None:
        self.intents = tuple(intents)
        self.trained_in_s = trained_in_s
        self._encoder = encoder
        self._characters = characters
        self._settings = settings

    @classmethod
    def train(
        cls, texts: Sequence[str], intents: Sequence[str], folder: Path, settings: Settings
    ) -> "IntentModel":
        """Fit both halves; the same data and settings give the same model on the same machine."""
        began = time.monotonic()
        names = sorted(set(intents))
        targets = np.searchsorted(names, intents)
        encoder = TunedEncoder(folder, len(names), settings.recipe)
        encoder.train(texts, targets)
        characters = CharacterModel.train(texts, targets, strength=settings.blend.strength)
        return cls(names, encoder, characters, settings, time.monotonic() - began)

    def parts(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return each half's log probabilities: the encoder's, the characters'."""
        margins = self._characters.scores(texts) * self._settings.blend.margin_scale
        return log_softmax(self._encoder.scores(texts)), log_softmax(margins)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Return one row per text, one column per intent in the order of `intents`."""
        return self.together(*self.parts(texts))

    def together(self, by_encoder: np.ndarray, by_characters: np.ndarray) -> np.ndarray:
        """Return the probabilities that the two halves, as `parts` returns them, come to."""
        return blended(by_encoder, by_characters, self._settings.blend, self.intents)

    def save(self, folder: Path) -> None:
        """Write the trained part: numbers and names, no code."""
        arrays = {f"encoder/{name}": a for name, a in self._encoder.tuned().items()}
        arrays |= {f"characters/{name}": a for name, a in self._characters.arrays().items()}
        np.savez(folder / "weights.npz", **arrays)
        document = {
            "format": FORMAT,
            "intents": self.intents,
            "trained_in_s": round(self.trained_in_s, 1),
            **asdict(self._settings),
        }
        (folder / "model.json").write_text(json.dumps(document), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder_folder: Path) -> "IntentModel":
        """Read what `save` wrote.

        Raises:
            ModelMissing: it is absent, of another format or cannot be read.
        """
        try:
            document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            with np.load(folder / "weights.npz", allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            if document["format"] != FORMAT:
                raise ModelMissing(f"a model of format {document['format']}, not {FORMAT}")
            settings = Settings(Recipe(**document["recipe"]), Blend(**document["blend"]))
            intents, seconds = tuple(document["intents"]), float(document["trained_in_s"])
            characters = CharacterModel(
                **{k: arrays[f"characters/{k}"] for k in ("idf", "weights", "bias")}
            )
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise ModelMissing(f"no readable intent model in {folder}") from exc
        tuned = {
            name.removeprefix("encoder/"): array.astype(np.float32)
            for name, array in arrays.items()
            if name.startswith("encoder/")
        }
        encoder = TunedEncoder(encoder_folder, len(intents), settings.recipe, tuned)
        return cls(intents, encoder, characters, settings, seconds)


def blended(
    by_encoder: np.ndarray, by_characters: np.ndarray, blend: Blend, intents: Sequence[str]
) -> np.ndarray:
    """Return probabilities from both halves' log probabilities; columns are the intents."""
    share = blend.encoder_share
    scores = (share * by_encoder + (1 - share) * by_characters) / blend.temperature
    scores = scores + blend.strange * (np.array(intents) == STRANGE)
    probabilities: np.ndarray = np.exp(log_softmax(scores))
    return probabilities
