"""Ready means: it understands, and it can keep what was said.

A classifier whose file does not fit loads untrained, with a line in the log at debug level.
"""

import logging
from collections.abc import Mapping
from typing import Final

from rasa.core.channels.channel import UserMessage

from bot.errors import TrackerUnavailable
from bot.stores.trackers import RedisTrackers
from bot.turns import REQUIRED_RESPONSES, TurnProcessor

log = logging.getLogger(__name__)

PROBES: Final[Mapping[str, str]] = {
    "hello": "greet",
    "I want to speak to a person": "talk_to_human",
}
"""Sentences that any trained model of ours understands, with their intents."""


async def missing(processor: TurnProcessor, trackers: RedisTrackers) -> list[str]:
    """Return what stands in the way of answering a turn; nothing when it is ready.

    The action server is not asked: without it every turn still gets an honest answer.
    """
    problems = missing_texts(processor) + await _misunderstood(processor)
    try:
        await trackers.prove_writable()
    except TrackerUnavailable:
        problems.append("tracker store")
    return problems


def missing_texts(processor: TurnProcessor) -> list[str]:
    """Return the responses without which a turn could end in silence."""
    known = processor.domain.responses
    return [f"response {name}" for name in REQUIRED_RESPONSES if name not in known]


async def _misunderstood(processor: TurnProcessor) -> list[str]:
    return [
        f"intent {intent}"
        for sentence, intent in PROBES.items()
        if await _intent_of(sentence, processor) != intent
    ]


async def _intent_of(sentence: str, processor: TurnProcessor) -> str | None:
    try:
        parsed = await processor.parse_message(UserMessage(sentence, metadata={}))
    except Exception:
        # An untrained part may break instead of guessing; that is not understanding either.
        log.exception("readiness.parse_failed")
        return None
    return str(parsed["intent"].get("name"))
