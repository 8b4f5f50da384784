"""Entities come from references, bare answers from what was asked."""

from typing import Any

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.components.awaited import (
    AwaitedAnswers,
    intent_in_context,
    intent_in_doubt,
)
from bot.components.distress import Beliefs, is_distress
from bot.components.intent_classifier import BELIEFS, RAISED, EhcIntentClassifier
from bot.components.intent_model import Blend, blended
from bot.components.placeholders import PlaceholderEntities, entities


def message(text: str, **metadata: Any) -> Message:
    ranking = [
        {"name": "out_of_scope", "confidence": 0.6},
        {"name": "give_code", "confidence": 0.3},
    ]
    data = {"text": text, "metadata": metadata, "intent": ranking[0], "intent_ranking": ranking}
    return Message(data=data)


def test_entities_are_made_from_references() -> None:
    (found,) = entities("my code is __code__", {"__code__": "0" * 32})

    assert found["entity"] == "code"
    assert found["value"] == "__code__"
    assert (found["start"], found["end"]) == (11, 19)


def test_a_placeholder_without_a_reference_is_only_words() -> None:
    assert entities("my code is __code__", {}) == []


def test_the_reference_itself_never_becomes_an_entity() -> None:
    reference = "a" * 32
    (parsed,) = PlaceholderEntities().process(
        [message("__phone__ or __phone2__", references={"__phone2__": reference})]
    )

    assert [entity["value"] for entity in parsed.get("entities")] == ["__phone2__"]
    assert reference not in str(parsed.get("entities"))


@pytest.mark.parametrize(
    ("text", "awaiting", "intent"),
    [
        ("__code__", "registration_code", "give_code"),
        ("its __code__ thanks", "registration_code", "give_code"),
        ("__code__", None, "give_code"),
        ("__invitation__", "registration_invitation", "give_code"),
        ("__code__", "registration_invitation", "give_code"),
        ("__number__", "registration_code", "give_code"),
        ("__code__", "registration_number", "give_phone_number"),
        ("__phone__", "registration_number", "give_phone_number"),
        ("__phone__", "registration_code", "give_phone_number"),
        ("__email__", None, "give_email"),
        ("__number__", None, None),
        ("__password__", "registration_code", None),
        ("__code__ __code2__", "registration_code", None),
        ("__code__ does not work", "registration_code", None),
        ("482", "registration_code", "give_code"),
        ("48 291", "registration_code", "give_code"),
        ("48", "registration_code", None),
        ("482", None, None),
        ("nothing yet", "registration_code", "resend_code"),
        ("nowt", "registration_code", "resend_code"),
        ("not yet", "registration_invitation", "invitation_not_received"),
        ("nothing yet", None, None),
        ("no", "registration_code", None),
        ("", "registration_code", None),
    ],
)
def test_what_was_asked_decides_bare_answers(
    text: str, awaiting: str | None, intent: str | None
) -> None:
    assert intent_in_context(text, awaiting) == intent


@pytest.mark.parametrize(
    ("text", "awaiting", "belief", "intent"),
    [
        ("its __code__ duck", "registration_code", 0.3, "give_code"),
        ("__phone__ sorry no zero", "registration_number", 0.4, "give_phone_number"),
        ("__invitation__ thats whats on it", "registration_invitation", 0.4, "give_code"),
        ("its __code__ duck", "registration_code", 0.6, None),
        ("its __code__ duck", None, 0.3, None),
        ("__phone__ is my number", "registration_code", 0.3, None),
        ("no number, what is it for", "registration_number", 0.3, None),
        ("__code__ is what it says but the page will not take it", "registration_code", 0.3, None),
    ],
)
def test_in_doubt_the_awaited_value_is_what_a_text_gives(
    text: str, awaiting: str | None, belief: float, intent: str | None
) -> None:
    assert intent_in_doubt(text, awaiting, belief) == intent


def test_a_bare_code_overrules_the_classifier_without_ambiguity() -> None:
    (parsed,) = AwaitedAnswers().process([message("__code__", awaiting="registration_code")])

    assert parsed.get("intent") == {"name": "give_code", "confidence": 1.0}
    assert [entry["confidence"] for entry in parsed.get("intent_ranking")] == [1.0, 0.0]


def test_a_doubted_text_with_the_awaited_value_gives_it() -> None:
    doubted = message("its __code__ duck", awaiting="registration_code")
    doubted.set("intent", {"name": "out_of_scope", "confidence": 0.3})

    (parsed,) = AwaitedAnswers().process([doubted])

    assert parsed.get("intent")["name"] == "give_code"


def test_words_leave_the_classifier_alone() -> None:
    (parsed,) = AwaitedAnswers().process([message("what", awaiting="registration_code")])

    assert parsed.get("intent")["name"] == "out_of_scope"


def test_a_raised_hand_overrides_everything() -> None:
    (parsed,) = AwaitedAnswers().process(
        [message("__code__", awaiting="registration_code", signals={"wellbeing": True})]
    )

    assert parsed.get("intent")["name"] == "distress_or_safeguarding"


UNSURE = Beliefs(0.2, 0.1)
"""Alone too little, with an alarmed detector enough."""


@pytest.mark.parametrize(
    ("text", "heard", "intent"),
    [
        ("everything is dark", 0.6, "distress_or_safeguarding"),
        ("everything is dark", 0.01, "out_of_scope"),
        ("everything is dark haha", 0.6, "out_of_scope"),
        ("everything is dark haha", 1.0, "distress_or_safeguarding"),
        ("__code__", 0.6, "give_code"),
    ],
)
def test_detector_and_classifier_are_believed_together(
    text: str, heard: float, intent: str
) -> None:
    doubted = message(text, signals={"wellbeing_belief": heard})
    doubted.set(BELIEFS, [UNSURE])

    (parsed,) = AwaitedAnswers().process([doubted])

    assert parsed.get("intent")["name"] == intent


def test_each_reader_can_only_add_to_the_belief() -> None:
    beliefs = [0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1.0]
    for first in beliefs:
        for second in beliefs:
            by_encoder = [is_distress([Beliefs(b, first)], second) for b in beliefs]
            by_characters = [is_distress([Beliefs(first, b)], second) for b in beliefs]
            by_detector = [is_distress([Beliefs(first, second)], b) for b in beliefs]
            for told in (by_encoder, by_characters, by_detector):
                assert told == sorted(told)


def test_a_certain_detector_is_outweighed_by_nobody() -> None:
    assert is_distress([Beliefs(0.0, 0.0)], 1.0)
    assert is_distress([], 1.0)
    assert not is_distress([], 0.99)


class HearsOneClause:
    """An intent model that hears distress in one clause only."""

    intents = ("code_problem", RAISED, "out_of_scope")
    calm = (0.98, 0.001, 0.019)
    alarmed = (0.1, 0.8, 0.1)

    def parts(self, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Be calm about the whole text and about every clause but the one that says "hurt"."""
        heard = np.log(
            [self.alarmed if "hurt" in t and "code" not in t else self.calm for t in texts]
        )
        return heard, heard

    def together(self, by_encoder: np.ndarray, by_characters: np.ndarray) -> np.ndarray:
        """Blend as the real one does."""
        return blended(by_encoder, by_characters, Blend(), self.intents)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("my code does not work and i am being hurt by him", RAISED),
        ("my code does not work and i am cross", "code_problem"),
    ],
)
def test_distress_in_one_clause_is_heard(text: str, intent: str) -> None:
    config = EhcIntentClassifier.get_default_config()
    model: Any = HearsOneClause()
    classifier = EhcIntentClassifier(config, None, None, model)  # type: ignore[arg-type]

    heard = message(text, signals={"wellbeing_belief": 0.5})
    (parsed,) = AwaitedAnswers().process(classifier.process([heard]))

    assert parsed.get("intent")["name"] == intent


@pytest.mark.parametrize("text", ["END", "end.", "Quit", "CANCEL"])
@pytest.mark.parametrize("awaiting", [None, "registration_code"])
def test_bare_words_of_leaving_are_no_cry_for_help(text: str, awaiting: str | None) -> None:
    assert intent_in_context(text, awaiting) == "stop_or_cancel"
    assert intent_in_context("i want it to end", awaiting) is None
