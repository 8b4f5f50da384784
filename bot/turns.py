"""One turn, from the masked message to the kept answer.

Rasa's own `handle_message` says nothing to its caller, reads the conversation a second time and
stores it before anyone can see whether something was said. The steps here are its steps, in its
order, with ours between them.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import rasa
from rasa.core.actions.action import create_bot_utterance
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, UserUtteranceReverted
from rasa.shared.core.trackers import DialogueStateTracker

from bot import WRITTEN_FOR_RASA
from bot.action_call import ActionCall, one_turn
from bot.channels import buttons, replies, words
from bot.channels.output import TurnOutput
from bot.errors import TrackerUnavailable
from bot.locks import ConversationLocks
from bot.stores.trackers import RedisTrackers
from wire.envelope import Reply, Turn, TurnAnswer

assert rasa.__version__ == WRITTEN_FOR_RASA  # `_run` calls protected steps of the processor

log = logging.getLogger(__name__)

NOT_UNDERSTOOD: Final = "utter_default"
"""Rasa's own fallback says this one too; here it stands in wherever nothing else was said."""
BACKEND_AWAY: Final = "utter_core_backend_away"
"""Something of ours did not work and nothing has changed."""
REQUIRED_RESPONSES: Final = (NOT_UNDERSTOOD, BACKEND_AWAY)


class TurnProcessor(MessageProcessor):
    """Answers turns. Every turn has an answer with words in it, and the same turn the same one."""

    def __init__(self, model: Path, *, trackers: RedisTrackers, actions: ActionCall) -> None:
        """Load the model.

        Args:
            model: the model file.
            trackers: where conversations are kept.
            actions: the way to the action server.
        """
        super().__init__(
            str(model),
            tracker_store=trackers,
            # Not used: `take` holds a lock of its own.
            lock_store=InMemoryLockStore(),
            generator=TemplatedNaturalLanguageGenerator({}),
            action_endpoint=actions,
            on_circuit_break=_listen_again,
        )
        self._trackers = trackers
        self._locks = ConversationLocks()
        trackers.domain = self.domain
        self.nlg.responses = self.domain.responses

    async def take(self, turn: Turn) -> TurnAnswer:
        """Answer a turn; one that was answered before gets its kept answer.

        Raises:
            TrackerUnavailable: the conversation cannot be read or stored; nothing has changed.
        """
        async with self._locks.holding(turn.conversation_id):
            tracker = await self._conversation(turn.conversation_id)
            kept = replies.answer_to(turn.turn_id, tracker)
            if kept is not None:
                log.info("turn.repeated", extra=_facts(turn, kept))
                return kept
            try:
                answer = await self._run(turn, tracker)
            except TrackerUnavailable:
                raise
            except Exception:
                # The last line of all: whatever broke, a person waits for words.
                log.exception("turn.failed", extra={"turn": turn.turn_id})
                return await self._apology(turn)
            log.info("turn.answered", extra=_facts(turn, answer))
            return answer

    async def _conversation(self, conversation_id: str) -> DialogueStateTracker:
        tracker = await self._trackers.retrieve(conversation_id)
        if tracker is None:
            tracker = self._trackers.init_tracker(conversation_id)
        tracker.model_id = self.model_metadata.model_id
        tracker.assistant_id = self.model_metadata.assistant_id
        return tracker

    async def _run(self, turn: Turn, tracker: DialogueStateTracker) -> TurnAnswer:
        output = TurnOutput(turn.channel)
        # Before the metadata is made: what an expired session was waiting for is over.
        await self._update_tracker_session(tracker, output)
        with one_turn():
            await self._handle_message_with_tracker(_message(turn, tracker, output), tracker)
            await self.run_action_extract_slots(output, tracker)
            await self._run_prediction_loop(output, tracker)
        answer = replies.answer_to(turn.turn_id, tracker)
        if not replies.says_something(answer):
            facts = {"turn": turn.turn_id, "loop": tracker.active_loop_name}
            log.warning("turn.silent", extra=facts)
            await self._say(NOT_UNDERSTOOD, tracker, output)
            answer = replies.answer_to(turn.turn_id, tracker)
        assert answer is not None  # the message was just logged on the tracker
        await self.save_tracker(tracker)
        return answer

    async def _say(self, response: str, tracker: DialogueStateTracker, output: TurnOutput) -> None:
        """Add a response to the conversation after the fact.

        Only the utterance, not an action: the next rule must find the conversation listening.
        """
        message = await self._worded(response, tracker, output.name())
        tracker.update(create_bot_utterance({**message, "utter_action": response}), self.domain)

    async def _apology(self, turn: Turn) -> TurnAnswer:
        """Return an honest sentence for a turn that broke; it is not kept, so a repeat runs."""
        blank = self._trackers.init_tracker(turn.conversation_id)
        message = await self._worded(BACKEND_AWAY, blank, turn.channel)
        return TurnAnswer(turn_id=turn.turn_id, replies=(Reply(text=str(message["text"])),))

    async def _worded(
        self, response: str, tracker: DialogueStateTracker, channel: str
    ) -> dict[str, Any]:
        message = await self.nlg.generate(response, tracker, channel)
        assert message is not None  # readiness has seen that the response exists
        return message


def _message(turn: Turn, tracker: DialogueStateTracker, output: TurnOutput) -> UserMessage:
    """Return the turn as Rasa takes it. Raises nothing: what cannot be a payload is words."""
    text, parse_data, references = turn.text, None, dict(turn.references)
    pressed = (
        buttons.payload_of(turn.choice, _until_now(tracker))
        if turn.choice
        else buttons.payload_of_number(turn.text, _until_now(tracker))
    )
    if pressed is not None:
        text = pressed
    elif words.looks_like_command(turn.text):
        text = words.without_command(turn.text)
        parse_data = _not_understood(text)
        references = {}  # and it fills no slot either
    return UserMessage(
        text=text,
        output_channel=output,
        sender_id=turn.conversation_id,
        input_channel=turn.channel,
        message_id=turn.turn_id,
        parse_data=parse_data,
        metadata={
            "turn_id": turn.turn_id,
            "channel": turn.channel,
            "references": references,
            "sender": asdict(turn.sender) if turn.sender else None,
            "choice": turn.choice,
            "signals": dict(turn.signals),
            "awaiting": replies.awaiting(tracker),
        },
    )


def _until_now(tracker: DialogueStateTracker) -> list[Any]:
    return tracker.events_after_latest_restart()


def _not_understood(text: str) -> dict[str, Any]:
    intent = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0}
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": []}


def _listen_again(tracker: DialogueStateTracker, *_: Any) -> None:
    """End a turn that ran in circles, as `action_default_fallback` would have ended it.

    Otherwise its actions count against every later message, and none is answered again.
    """
    log.error("turn.circled", extra={"action": tracker.latest_action_name})
    tracker.update(UserUtteranceReverted())
    tracker.update(ActionExecuted(ACTION_LISTEN_NAME))


def _facts(turn: Turn, answer: TurnAnswer) -> Mapping[str, Any]:
    return {
        "turn": turn.turn_id,
        "conversation": turn.conversation_id,
        "channel": turn.channel,
        "replies": len(answer.replies),
        "awaiting": answer.awaiting,
        "handoff": answer.handoff is not None,
    }
