"""Entities from the turn's references, never from the text: what a person typed is only words."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from wire.placeholders import INWARD

METADATA = "metadata"
REFERENCES = "references"


def entities(text: str, references: dict[str, str]) -> list[dict[str, Any]]:
    """Return one entity per placeholder that both stands in the text and has a reference.

    The value is the placeholder; the vault's reference stays in the metadata.
    """
    return [
        {
            "entity": match["kind"],
            "value": match.group(),
            "start": match.start(),
            "end": match.end(),
            "extractor": "PlaceholderEntities",
        }
        for match in INWARD.finditer(text)
        if match.group() in references
    ]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PlaceholderEntities(GraphComponent):
    """Turns `metadata.references` into entities of the kinds in `wire.placeholders`."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003 - Rasa passes it
        model_storage: ModelStorage,  # noqa: ARG003 - Rasa passes it
        resource: Resource,  # noqa: ARG003 - Rasa passes it
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it
    ) -> PlaceholderEntities:
        """Make the component; it holds no state."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the entities of each message."""
        for message in messages:
            references = (message.get(METADATA) or {}).get(REFERENCES) or {}
            found = entities(message.get(TEXT) or "", references)
            message.set(ENTITIES, found, add_to_output=True)
        return messages
