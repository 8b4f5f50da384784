"""Our training examples: apart from the evaluation messages, apart from each other, masked."""

from collections import Counter, defaultdict
from math import ceil
from pathlib import Path

import pytest
import yaml

from messaging.masking import mask
from scripts.evaluation.rows import read
from tests.nlu.likeness import ALIKE, SHORTEST, likeness, pieces, words
from wire.placeholders import INWARD

NAMES = """
greet goodbye thank affirm deny register_account registration_status_or_link_problem
invitation_not_received set_up_two_factor use_sms_code use_authenticator_app give_phone_number
give_code give_email resend_code code_problem change_phone_number lost_phone password_reset
sign_in_help needs_assessment_info local_offer_info why_needed_or_is_safe who_are_you
talk_to_human stop_or_cancel start_over opt_out distress_or_safeguarding abuse_or_complaint
change_language_or_foreign out_of_scope
"""
INTENTS = set(NAMES.split())
APART = [
    Path("tests/evaluation/parents_dev.tsv"),
    Path("tests/nlu/held_out.tsv"),
    Path("tests/nlu/held_out_long.tsv"),
    Path("tests/nlu/asked.tsv"),
    Path("tests/nlu/mixed.tsv"),
]
"""What no example may resemble."""
TOO_ALIKE_ACROSS = 0.8
DIFFER_BY_A_WORD_THAT_COUNTS = {
    ("do i have to do two factor", "why do i have to do two factor"),
    ("code not working", "qr code not working"),
    ("found it in junk", "yes found it in junk"),
    ("dont send it", "no dont send it"),
    ("i dont want to give my number", "i dont want to give my number now"),
    ("can i have an invite", "i have an invite"),
    ("can i have an invitation", "hi i have an invitation"),
    ("my new number is __phone__", "my number is __phone__"),
}
"""Pairs that are alike and rightly apart; any other is one message under two meanings."""


@pytest.fixture(scope="module")
def examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(Path("data").glob("*/nlu.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = block["examples"].splitlines()
            found[block["intent"]] += [line.removeprefix("- ") for line in lines]
    return found


def neighbours(texts: list[tuple[str, str]]) -> dict[str, list[int]]:
    """Return which texts share a trigram among the rarest of each; only those can be alike.

    Whoever is alike lacks at most a share of the other's trigrams, so that one more than this
    share, counted in the same order in all texts, holds one that both have.
    """
    index: dict[str, list[int]] = defaultdict(list)
    frequency = Counter(piece for text, _ in texts for piece in pieces(text))
    for position, (text, _) in enumerate(texts):
        rarest = sorted(pieces(text), key=lambda piece: (frequency[piece], piece))
        for piece in rarest[: len(rarest) - ceil(TOO_ALIKE_ACROSS * len(rarest)) + 1]:
            index[piece].append(position)
    return index


def test_every_intent_has_plenty_of_examples(examples: dict[str, list[str]]) -> None:
    assert set(examples) == INTENTS
    assert {intent for intent, texts in examples.items() if len(texts) < 100} == set()


def test_no_message_stands_under_two_intents(examples: dict[str, list[str]]) -> None:
    owners = defaultdict(set)
    for intent, texts in examples.items():
        for text in texts:
            owners[" ".join(text.lower().split())].add(intent)

    assert {text: who for text, who in owners.items() if len(who) > 1} == {}


def test_no_near_duplicates_across_intents(examples: dict[str, list[str]]) -> None:
    texts = [(t, i) for i, ts in examples.items() for t in ts if len(words(t)) >= SHORTEST]
    shapes = [pieces(text) for text, _ in texts]
    alike = set()
    for positions in neighbours(texts).values():
        for place, first in enumerate(positions):
            for second in positions[place + 1 :]:
                sizes = sorted((len(shapes[first]), len(shapes[second])))
                if (
                    texts[first][1] != texts[second][1]
                    and sizes[0] >= TOO_ALIKE_ACROSS * sizes[1]
                    and likeness(shapes[first], shapes[second]) >= TOO_ALIKE_ACROSS
                ):
                    alike.add(tuple(sorted((texts[first][0], texts[second][0]))))

    assert alike - DIFFER_BY_A_WORD_THAT_COUNTS == set()


@pytest.mark.parametrize("file", APART, ids=lambda file: file.stem)
def test_no_evaluation_message_was_learned_from(examples: dict[str, list[str]], file: Path) -> None:
    rows = [mask(row.text).text for row in read(file)]
    shapes = defaultdict(list)
    for text in rows:
        if len(words(text)) >= SHORTEST:
            shapes[len(pieces(text))].append(pieces(text))
    ours = [pieces(t) for ts in examples.values() for t in ts if len(words(t)) >= SHORTEST]
    learned = sum(
        any(
            likeness(mine, shape) >= ALIKE
            for size in shapes
            if ALIKE * size <= len(mine) <= size / ALIKE
            for shape in shapes[size]
        )
        for mine in ours
    )

    assert learned == 0


def test_examples_are_as_the_edge_would_hand_them_on(examples: dict[str, list[str]]) -> None:
    unmasked = []
    for texts in examples.values():
        for text in texts:
            bare = INWARD.sub("it", text)
            told = "__password__" in text  # whatever stands there is a password
            if not told and mask(bare).text != bare.replace("__", "_"):
                unmasked.append(text)

    assert unmasked == []
