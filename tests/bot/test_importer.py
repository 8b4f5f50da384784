"""The texts are data: a changed sentence trains nothing."""

import shutil
from pathlib import Path

import pytest
import rasa.model_training
from conftest import train
from support import MODEL

from bot.errors import WrongConfiguration
from bot.importer import JourneyImporter

TEXT = "responses:\n  {name}:\n  - text: Hello.\n"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    return folder


def change_a_sentence(sources: Path) -> None:
    file = sources / "data" / "core" / "responses.yml"
    assert "Hello by text." in file.read_text()
    file.write_text(file.read_text().replace("Hello by text.", "Good day by text."))


def needs_training(sources: Path) -> bool:
    result = rasa.model_training.train(
        domain=str(sources / "domain.yml"),
        config=str(sources / "config.yml"),
        training_files=[str(sources / "data")],
        dry_run=True,
    )
    return result.code != 0


@pytest.mark.tamed
def test_a_changed_sentence_trains_nothing(
    cache: Path, sources: Path, tmp_path: Path, stock: bool
) -> None:
    if stock:
        config = sources / "config.yml"
        ours = "importers:\n  - name: bot.importer.JourneyImporter\n"
        assert ours in config.read_text()
        config.write_text(config.read_text().replace(ours, ""))
    train(sources, tmp_path, "before")
    assert not needs_training(sources)

    change_a_sentence(sources)

    assert not needs_training(sources)


def test_a_changed_example_trains_the_model(model: Path, sources: Path) -> None:
    file = sources / "data" / "core" / "nlu.yml"
    file.write_text(file.read_text().replace("- hello there", "- hello you"))

    assert needs_training(sources)


def imported(folder: Path) -> JourneyImporter:
    return JourneyImporter(None, str(MODEL / "domain.yml"), [str(folder)])


def write(folder: Path, journey: str, text: str) -> None:
    (folder / journey).mkdir(exist_ok=True)
    (folder / journey / "responses.yml").write_text(text)


def test_texts_of_all_journeys_are_in_the_domain(tmp_path: Path) -> None:
    write(tmp_path, "core", TEXT.format(name="utter_core"))
    write(tmp_path, "sign_in", TEXT.format(name="utter_sign_in"))

    domain = imported(tmp_path).get_domain()

    assert {"utter_core", "utter_sign_in", "utter_default"} <= set(domain.responses)
    assert "utter_sign_in" in domain.action_names_or_texts


def test_texts_are_no_training_data(tmp_path: Path) -> None:
    write(tmp_path, "core", TEXT.format(name="utter_core"))

    assert imported(tmp_path).get_nlu_data().responses == {}


@pytest.mark.parametrize("text", ["", "responses: {}\n", 'version: "3.1"\n'])
def test_a_file_without_texts_is_no_harm(tmp_path: Path, text: str) -> None:
    write(tmp_path, "core", text)

    assert "utter_default" in imported(tmp_path).get_domain().responses


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("responses: [a]\n", "must name texts"),
        ("responses:\n  utter_a: Hello.\n", "must name texts"),
        ("- a\n", "must name texts"),
        ("responses:\n  utter_a:\n  - {text: A, channel: sms}\n", "without a channel"),
        ("responses:\n  utter_a:\n  - text: A\n  - text: B\n", "two versions"),
        (
            "responses: {utter_a: [{text: A}, {text: B, channel: sms}, {text: C, channel: sms}]}",
            "two versions",
        ),
        (
            "responses:\n  utter_a:\n  - text: A\n  - {text: B, channel: twilio}\n",
            "channel that there is not",
        ),
    ],
)
def test_an_ambiguous_text_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    write(tmp_path, "core", text)

    with pytest.raises(WrongConfiguration, match=complaint):
        imported(tmp_path).get_domain()


def test_a_text_in_two_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "core", TEXT.format(name="utter_hello"))
    write(tmp_path, "sign_in", TEXT.format(name="utter_hello"))

    with pytest.raises(WrongConfiguration, match="another file"):
        imported(tmp_path).get_domain()


def test_every_text_of_the_product_can_be_imported() -> None:
    root = Path(__file__).parents[2]

    domain = JourneyImporter(None, None, [str(root / "data")]).get_domain()

    found = list((root / "data").rglob("responses.yml"))
    assert bool(domain.responses) == bool(found)
