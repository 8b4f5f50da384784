"""What was fitted once is not fitted again, and nothing else is taken for it."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import keeping
from bot.components.intent_classifier import EhcIntentClassifier
from bot.components.intent_model import IntentModel, Settings
from bot.components.tuned_encoder import Recipe

TEXTS = ["hello there", "hiya", "i forgot my password", "password wrong"]
INTENTS = ["greet", "greet", "password_reset", "password_reset"]


def train(folder: Path, kept: Path, texts: list[str], extra: list[Message]) -> Path:
    """Train the component as Rasa does; return where it stored its model."""
    examples = [Message(data={"text": t, "intent": i}) for t, i in zip(texts, INTENTS, strict=True)]
    config: dict[str, Any] = {
        **EhcIntentClassifier.get_default_config(),
        "recipe": {"frozen_layers": 5, "epochs": 1, "batch": 2},
        "kept_in": str(kept),
    }
    folder.mkdir()
    storage = LocalModelStorage.create(folder)
    component = EhcIntentClassifier.create(
        config, storage, Resource("classifier"), ExecutionContext(GraphSchema({}))
    )
    component.train(TrainingData([*examples, *extra]))
    return folder / "classifier"


@pytest.fixture
def fittings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often something is fitted."""
    sizes: list[int] = []
    original = IntentModel.train.__func__

    def counted(cls: type[IntentModel], texts: Any, *rest: Any) -> IntentModel:
        sizes.append(len(texts))
        model: IntentModel = original(cls, texts, *rest)
        return model

    monkeypatch.setattr(IntentModel, "train", classmethod(counted))
    return sizes


def test_a_new_action_fits_nothing_anew(tmp_path: Path, fittings: list[int]) -> None:
    first = train(tmp_path / "1", tmp_path / "kept", TEXTS, [])
    second = train(
        tmp_path / "2", tmp_path / "kept", TEXTS, [Message(data={"action_name": "action_new"})]
    )

    assert fittings == [4]
    assert (first / "weights.npz").read_bytes() == (second / "weights.npz").read_bytes()


def test_the_order_of_the_examples_does_not_count(tmp_path: Path) -> None:
    train(tmp_path / "1", tmp_path / "kept", TEXTS, [])
    train(tmp_path / "2", tmp_path / "kept", [TEXTS[1], TEXTS[0], *TEXTS[2:]], [])

    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_changed_example_is_learned(tmp_path: Path, fittings: list[int]) -> None:
    train(tmp_path / "1", tmp_path / "kept", TEXTS, [])
    train(tmp_path / "2", tmp_path / "kept", ["good morning", *TEXTS[1:]], [])

    assert fittings == [4, 4]


def test_settings_code_and_libraries_are_part_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings()
    name = keeping.made_of(TEXTS, INTENTS, settings)

    other = replace(settings, recipe=replace(Recipe(), epochs=9))
    assert keeping.made_of(TEXTS, INTENTS, other) != name
    monkeypatch.setattr(keeping.LIBRARIES[0], "__version__", "another")
    assert keeping.made_of(TEXTS, INTENTS, settings) != name
    monkeypatch.undo()
    monkeypatch.setattr(keeping, "CODE", keeping.CODE[1:])
    assert keeping.made_of(TEXTS, INTENTS, settings) != name


def test_only_the_latest_are_kept(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "model.json").write_text("{}")
    for moment in range(keeping.MOST + 1):
        keeping.keep(tmp_path / "kept", str(moment), model)
        os.utime(tmp_path / "kept" / str(moment), (moment, moment))

    keeping.keep(tmp_path / "kept", "last", model)

    left = {path.name for path in (tmp_path / "kept").iterdir()}
    assert "last" in left
    assert "0" not in left
    assert len(left) == keeping.MOST
