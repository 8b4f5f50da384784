"""Rasa's door to the intent model: trains it, keeps it, asks it once per message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import keeping
from bot.components.clauses import clauses
from bot.components.distress import Beliefs
from bot.components.intent_model import Blend, IntentModel, Settings
from bot.components.sentence_encoder import packaged_folder
from bot.components.tuned_encoder import Recipe

INTENT_RANKING = "intent_ranking"
ALSO_INTENT = "also_intent"
"""Message data: a second request in the same message, `{"name", "confidence"}`, or None."""

RAISED = "distress_or_safeguarding"
BELIEFS = "distress_beliefs"
"""Message data: a list of `distress.Beliefs`, of the whole text and then of each clause."""

EMPTY = "out_of_scope"
"""What a text without any word or sign means."""

MANNERS = frozenset({"greet", "thank", "goodbye", "affirm", "deny", "out_of_scope"})
"""Never a second request: said beside one, they change nothing."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class EhcIntentClassifier(GraphComponent, IntentClassifier):
    """A sentence encoder fitted to our intents and a character model, blended and calibrated."""

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return every setting with its default; `config.yml` may change them."""
        return {
            "encoder_path": None,  # the installed package's folder
            "recipe": {},
            "blend": {},
            "also_threshold": 0.7,
            "kept_in": None,  # a folder where fitted models are kept by what they were made of
        }

    @classmethod
    def required_packages(cls) -> list[str]:
        """Return what must be importable before training starts."""
        return ["tokenizers", "safetensors", "sklearn"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it
    ) -> EhcIntentClassifier:
        """Make an untrained component, for training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it
        **kwargs: Any,  # noqa: ARG003 - Rasa passes them
    ) -> EhcIntentClassifier:
        """Read the trained model.

        Raises:
            ModelMissing: it cannot be read; an untrained classifier would understand nothing.
            EncoderMismatch: the encoder's weights are not the ones it was fitted to.
        """
        with model_storage.read_from(resource) as folder:
            model = IntentModel.load(Path(folder), cls._encoder_folder(config))
        model.probabilities(["hello"])  # compiles the graph before the first parent waits for it
        return cls(config, model_storage, resource, model)

    @staticmethod
    def _encoder_folder(config: dict[str, Any]) -> Path:
        path = config["encoder_path"]
        return Path(path) if path else packaged_folder()

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model to the examples, or take the one that was fitted to them, and store it."""
        pairs = {(e.get(TEXT), e.get(INTENT)) for e in training_data.intent_examples}
        texts, intents = zip(*sorted(pairs), strict=True)  # in whatever order the files were read
        settings = Settings(Recipe(**self._config["recipe"]), Blend(**self._config["blend"]))
        kept = self._config["kept_in"]
        name = keeping.made_of(texts, intents, settings)
        with self._storage.write_to(self._resource) as folder:
            if not (kept and keeping.fetch(Path(kept), name, Path(folder))):
                encoder = self._encoder_folder(self._config)
                IntentModel.train(texts, intents, encoder, settings).save(Path(folder))
                if kept:
                    keeping.keep(Path(kept), name, Path(folder))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking and second request on each message."""
        for message in messages:
            self._understand(message, message.get(TEXT) or "")
        return messages

    def _understand(self, message: Message, text: str) -> None:
        assert self._model is not None, "process() is only called on a loaded component"
        if not text.strip():
            self._set(message, [{"name": EMPTY, "confidence": 1.0}], None)
            return
        halves = self._model.parts([text, *clauses(text)])
        rows = self._model.together(*halves)
        message.set(BELIEFS, self._beliefs(*halves))
        order = np.argsort(-rows[0])
        ranking = [
            {"name": self._model.intents[index], "confidence": float(rows[0][index])}
            for index in order[:10]
        ]
        self._set(message, ranking, self._also(ranking[0]["name"], rows[1:]))

    def _beliefs(self, by_encoder: np.ndarray, by_characters: np.ndarray) -> list[Beliefs]:
        """Return what each half believes of distress, before their average lets either say no."""
        assert self._model is not None, "only called while understanding"
        if RAISED not in self._model.intents:
            return []
        column = self._model.intents.index(RAISED)
        pairs = zip(np.exp(by_encoder[:, column]), np.exp(by_characters[:, column]), strict=True)
        return [Beliefs(float(encoder), float(characters)) for encoder, characters in pairs]

    def _also(self, first: str, rows: np.ndarray) -> dict[str, Any] | None:
        assert self._model is not None, "only called while understanding"
        candidates = [
            {"name": self._model.intents[int(row.argmax())], "confidence": float(row.max())}
            for row in rows
        ]
        candidates = [
            candidate
            for candidate in candidates
            if candidate["name"] != first
            and candidate["name"] not in MANNERS
            and candidate["confidence"] >= self._config["also_threshold"]
        ]
        return max(candidates, key=lambda c: c["confidence"]) if candidates else None

    @staticmethod
    def _set(message: Message, ranking: list[dict[str, Any]], also: dict[str, Any] | None) -> None:
        message.set(INTENT, dict(ranking[0]), add_to_output=True)
        message.set(INTENT_RANKING, ranking, add_to_output=True)
        message.set(ALSO_INTENT, also, add_to_output=True)
