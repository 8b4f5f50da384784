"""The intent model: reads its own file again, refuses any other, sees through spelling."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.components import sentence_encoder as encoder
from bot.components.clauses import clauses
from bot.components.errors import EncoderMismatch, ModelMissing
from bot.components.intent_model import Blend, IntentModel, Settings, blended
from bot.components.spelling import as_typed, readable
from bot.components.tuned_encoder import Recipe, TunedEncoder

TEXTS = [
    "hello there", "good morning", "hiya", "hi all", "morning", "hey",
    "i forgot my password", "reset my password", "password wrong", "new password please",
    "my password is gone", "cant remember my password",
]  # fmt: skip
INTENTS = ["greet"] * 6 + ["password_reset"] * 6
SETTINGS = Settings(Recipe(frozen_layers=5, epochs=6, batch=4), Blend())


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return IntentModel.train(TEXTS, INTENTS, encoder.packaged_folder(), SETTINGS)


def test_a_small_model_learns_its_examples(model: IntentModel) -> None:
    rows = model.probabilities(["hello", "ive forgoten my pasword"])

    assert [model.intents[i] for i in rows.argmax(1)] == ["greet", "password_reset"]
    assert np.allclose(rows.sum(1), 1.0, atol=1e-5)


def test_training_twice_gives_the_same_model(model: IntentModel) -> None:
    again = IntentModel.train(TEXTS, INTENTS, encoder.packaged_folder(), SETTINGS)

    assert np.allclose(again.probabilities(TEXTS), model.probabilities(TEXTS), atol=1e-3)


def test_a_stored_model_answers_alike(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)

    loaded = IntentModel.load(tmp_path, encoder.packaged_folder())

    assert loaded.intents == model.intents
    assert np.allclose(loaded.probabilities(TEXTS), model.probabilities(TEXTS), atol=0.02)


def test_texts_in_one_batch_and_alone_score_alike(model: IntentModel) -> None:
    together = model.probabilities(TEXTS)
    alone = np.concatenate([model.probabilities([text]) for text in TEXTS])

    assert np.allclose(together, alone, atol=1e-4)


@pytest.mark.parametrize("missing", ["model.json", "weights.npz"])
def test_a_model_without_a_part_is_refused(
    model: IntentModel, tmp_path: Path, missing: str
) -> None:
    model.save(tmp_path)
    (tmp_path / missing).unlink()

    with pytest.raises(ModelMissing):
        IntentModel.load(tmp_path, encoder.packaged_folder())


def test_a_model_of_another_format_is_refused(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    file = tmp_path / "model.json"
    file.write_text(file.read_text().replace('"format": 1', '"format": 0'))

    with pytest.raises(ModelMissing):
        IntentModel.load(tmp_path, encoder.packaged_folder())


def test_weights_with_one_changed_byte_are_refused(tmp_path: Path) -> None:
    shutil.copytree(encoder.packaged_folder(), tmp_path / "encoder")
    file = tmp_path / "encoder" / "model.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)

    with pytest.raises(EncoderMismatch):
        encoder.load_weights(tmp_path / "encoder")


def test_absent_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderMismatch):
        encoder.load_weights(tmp_path)


def test_the_encoder_places_like_meanings_together() -> None:
    published = TunedEncoder(encoder.packaged_folder(), 1, SETTINGS.recipe)

    a, b, c = published.embeddings(
        ["how do i reset my password", "i have forgotten my password", "the weather is nice"]
    )

    assert a @ b > a @ c + 0.2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cn u txt me", "cn you text me"),
        ("I can't", "i can not"),
        ("noooooo", "noo"),
        ("my code is __code__", "my code is security code 123456"),
        ("", ""),
    ],
)
def test_text_speech_is_spelled_out(typed: str, meant: str) -> None:
    assert readable(typed) == meant


def test_placeholders_are_single_odd_words_for_the_character_model() -> None:
    assert as_typed("use __phone2__ x") == "use zzphonezz x"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("the link is broken and how do i reset my password", 2),
        ("No code came. Can you ring me?", 2),
        ("my number is __phone__ and the email never came", 2),
        ("i cannot sign in, can you ring me", 2),
        ("what is gov.uk for", 0),
        ("hello", 0),
        ("my son and daughter both need it", 0),
        ("", 0),
        ("no code came n how do i change my number", 2),
        ("need a new code & my password wont work", 2),
        ("no code came. ring me", 2),
        ("the link is dead so can someone ring me", 2),
        ("new code pls and whats the local offer", 2),
        ("havent had the email can someone call me", 2),
        ("code dont work + i need a new one", 2),
        ("forgot my password, also who are you", 2),
        ("code please, then tell me who you are", 2),
        ("the app wont scan so just text me the code", 2),
        ("tell me when i can sign in", 0),
        ("can someone ring me", 0),
        ("a b c. d e f. g h i. j k l. m n o", 3),
    ],
)
def test_a_message_is_cut_where_a_second_request_begins(text: str, parts: int) -> None:
    assert len(clauses(text)) == parts


def test_a_long_row_does_not_make_short_ones_dear() -> None:
    lengths = [60, 8, 10, 61, 12]

    batches = [sorted(batch.tolist()) for batch in encoder.by_length(lengths, 64, spread=24)]

    assert batches == [[1, 2, 4], [0, 3]]
    assert [len(batch) for batch in encoder.by_length([5] * 5, 2)] == [2, 2, 1]


def test_what_is_not_about_us_is_leant_to_where_in_doubt() -> None:
    even = np.log(np.full((1, 3), 1 / 3))

    (row,) = blended(even, even, Blend(strange=0.5), ["greet", "out_of_scope", "thank"])

    assert row[0] == row[2]
    assert row[1] / row[0] == pytest.approx(np.exp(0.5))
