"""What was just asked decides what a bare answer means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.distress import CERTAIN, is_distress
from bot.components.intent_classifier import BELIEFS, INTENT_RANKING, RAISED
from bot.components.placeholders import METADATA
from wire import placeholders
from wire.placeholders import INWARD

GIVING: Final[Mapping[str, str]] = {
    placeholders.CODE: "give_code",
    placeholders.INVITATION: "give_code",
    placeholders.PHONE: "give_phone_number",
    placeholders.EMAIL: "give_email",
}
"""A value alone is the giving of it."""

AWAITED_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": (placeholders.CODE, placeholders.NUMBER, placeholders.INVITATION),
    "number": (placeholders.PHONE, placeholders.CODE, placeholders.NUMBER),
    "invitation": (placeholders.INVITATION, placeholders.CODE),
    "email": (placeholders.EMAIL,),
}
"""Last word of the awaited slot's name to the kinds that answer it, mistyped ones included."""

AWAITED_INTENT: Final[Mapping[str, str]] = {
    "code": "give_code",
    "number": "give_phone_number",
    "invitation": "give_code",
    "email": "give_email",
}

NOT_COME: Final[Mapping[str, str]] = {
    "code": "resend_code",
    "invitation": "invitation_not_received",
}
"""What "nothing yet" says while this is awaited."""

_LITTLE: Final = frozenset(
    [
        "a",
        "and",
        "code",
        "email",
        "hello",
        "here",
        "heres",
        "hi",
        "i",
        "im",
        "is",
        "it",
        "its",
        "mobile",
        "my",
        "no",
        "number",
        "ok",
        "okay",
        "phone",
        "please",
        "pls",
        "sorry",
        "thank",
        "thanks",
        "that",
        "thats",
        "the",
        "there",
        "this",
        "x",
        "yes",
        "you",
        "yeah",
        "think",
    ]
)
DOUBTED: Final = 0.5
"""Belief in the best meaning below which a text with the awaited value is the giving of it."""
FEW_WORDS: Final = 6
"""Words beside that value, at most."""
_LAUGHS = re.compile(r"\b(?:lol|lmao|rofl|haha\w*|hehe|jk)\b|[😂🤣😅😆]", re.I)
_LEAVING = re.compile(r"\W*(?:cancel|end|quit)\W*", re.I)
"""Bare, the words by which people leave a form; "end" alone is no cry for help."""
_PART = re.compile(r"\W*(?:\d\W*){3,}")
"""Digits too few or too many to be masked: a part of what was asked for, or a slip in it."""
_SAYS_CODE = re.compile(r"\bcode\b(?!__)", re.I)
"""Digits that are called a code are one, also where a number was asked for."""
_NOTHING = re.compile(
    r"(?:no |nope |sorry |still )*(?:nothing|nowt|not (?:yet|come|got it|had it|arrived)|"
    r"never came|hasn'?t (?:come|arrived)|none|nothing yet|waiting|not there|no luck)"
    r"(?: (?:yet|here|there|yet sorry|come|has come|came|at all|duck))*[.! ]*",
    re.I,
)


def _only_value(text: str) -> re.Match[str] | None:
    """Return the placeholder of a text that is nothing but one, give or take little words."""
    found = list(INWARD.finditer(text))
    words = re.findall(r"[^\W\d_]+", INWARD.sub(" ", text).lower().replace("'", ""))
    is_bare = len(found) == 1 and all(word in _LITTLE for word in words)
    return found[0] if is_bare else None


def intent_in_context(text: str, awaiting: str | None) -> str | None:
    """Return what a text must mean given what was asked, or None where words decide."""
    asked = (awaiting or "").rsplit("_", 1)[-1]
    value = _only_value(text)
    if value is not None:
        if value["kind"] == placeholders.CODE and _SAYS_CODE.search(text):
            return AWAITED_INTENT["code"]
        if value["kind"] in AWAITED_KINDS.get(asked, ()):
            return AWAITED_INTENT[asked]
        return GIVING.get(value["kind"])
    if _LEAVING.fullmatch(text):
        return "stop_or_cancel"
    if _PART.fullmatch(text):
        return AWAITED_INTENT.get(asked)
    if asked in NOT_COME and _NOTHING.fullmatch(text.strip()):
        return NOT_COME[asked]
    return None


def intent_in_doubt(text: str, awaiting: str | None, belief: float) -> str | None:
    """Return the giving of the awaited value where it stands among words that say little else."""
    asked = (awaiting or "").rsplit("_", 1)[-1]
    found = {match["kind"] for match in INWARD.finditer(text)}
    few = len(INWARD.sub(" ", text).split()) <= FEW_WORDS
    if belief < DOUBTED and few and found and found.issubset(AWAITED_KINDS.get(asked, ())):
        return AWAITED_INTENT[asked]
    return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AwaitedAnswers(GraphComponent):
    """Overrules the classifier where the conversation leaves no doubt."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003 - Rasa passes it
        model_storage: ModelStorage,  # noqa: ARG003 - Rasa passes it
        resource: Resource,  # noqa: ARG003 - Rasa passes it
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it
    ) -> AwaitedAnswers:
        """Make the component; it holds no state."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of messages whose meaning follows from what was asked."""
        for message in messages:
            metadata = message.get(METADATA) or {}
            text, awaiting = message.get(TEXT) or "", metadata.get("awaiting")
            intent = intent_in_context(text, awaiting)
            heard = _heard(metadata)
            if heard >= CERTAIN or (intent is None and _is_suspected(message, heard)):
                intent = RAISED
            if intent is None:
                intent = intent_in_doubt(text, awaiting, message.get(INTENT)["confidence"])
            if intent is not None:
                ranking = [
                    entry for entry in message.get(INTENT_RANKING) or [] if entry["name"] != intent
                ]
                sure = {"name": intent, "confidence": 1.0}
                message.set(INTENT, sure, add_to_output=True)
                message.set(INTENT_RANKING, [dict(sure), *_faded(ranking)], add_to_output=True)
        return messages


def _heard(metadata: Mapping[str, Any]) -> float:
    """Return what the detector before Rasa believes of distress."""
    signals = metadata.get("signals") or {}
    return float(signals.get("wellbeing_belief", CERTAIN if signals.get("wellbeing") else 0.0))


def _is_suspected(message: Message, heard: float) -> bool:
    """Tell whether detector and classifier together believe in distress, jokes aside."""
    laughs = _LAUGHS.search(message.get(TEXT) or "")
    return not laughs and is_distress(message.get(BELIEFS) or [], heard)


def _faded(ranking: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rest of a ranking with no confidence left, so that nothing reads as ambiguous."""
    return [{**entry, "confidence": 0.0} for entry in ranking]
