"""`python -m bot train`: only what changed, and one line about it."""

import errno
import io
import logging
import os
import re
import shutil
import tarfile
import time
from pathlib import Path

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from support import MODEL

from bot import progress, training

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the tiny model's sources; what it trains is in the cache already."""
    folder = tmp_path / "project"
    shutil.copytree(MODEL, folder)
    shutil.copytree(ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "bot" / "components").mkdir(exist_ok=True)
    (folder / "bot" / "components" / "codes.py").write_text("# a component\n")
    monkeypatch.chdir(folder)
    # A fresh project always trains anew; here the parts from this session's cache will do.
    training.NOTES.parent.mkdir()
    training.NOTES.write_text(f'{{"data": "", "code": "{training._digest(training.CODE)}"}}')
    return folder


def sentence(model: Path) -> str:
    domain = LocalModelStorage.metadata_from_archive(model).domain
    (by_text,) = [v["text"] for v in domain.responses["utter_greet"] if v.get("channel") == "sms"]
    return str(by_text)


def parts(model: Path) -> dict[str, bytes]:
    """Return the trained parts: everything in the model but its domain and description."""
    with tarfile.open(model) as archive:
        files = [m for m in archive.getmembers() if m.isfile() and "train_" in m.name]
        return {m.name: archive.extractfile(m).read() for m in files}  # type: ignore[union-attr]


def test_a_model_is_trained_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert training.main() == 0
    first = capsys.readouterr()
    started = time.process_time()
    assert training.main() == 0

    assert re.fullmatch(
        r"Training the model \(.*\) \.\.\.\n(  +\d+ s  .*\n)*Trained models/assistant\.tar\.gz\.\n",
        first.out,
    )
    assert first.err == ""
    assert capsys.readouterr().out == "The model is up to date.\n"
    assert time.process_time() - started < 0.5


def test_a_changed_sentence_is_packed_without_training(project: Path) -> None:
    training.main()
    before = parts(training.MODEL)
    file = project / "data" / "core" / "responses.yml"
    file.write_text(file.read_text().replace("Hello by text.", "Good day by text."))

    started = time.process_time()
    assert training.main() == 0
    took_s = time.process_time() - started

    assert sentence(training.MODEL) == "Good day by text."
    assert parts(training.MODEL) == before
    assert took_s < 10


@pytest.mark.parametrize(
    "file",
    [
        "data/core/nlu.yml",
        "data/core/responses.yml",
        "domain.yml",
        "config.yml",
        "bot/importer.py",
        "bot/components/codes.py",
    ],
)
def test_a_change_in_whatever_makes_the_model_is_seen(project: Path, file: str) -> None:
    before = training._digest([*training.DATA, *training.CODE])

    with (project / file).open("a") as changed:
        changed.write("\n# changed\n")

    assert training._digest([*training.DATA, *training.CODE]) != before


def test_a_change_in_the_door_changes_no_model(project: Path) -> None:
    before = training._digest([*training.DATA, *training.CODE])

    (project / "bot" / "channels" / "edge.py").write_text("")

    assert training._digest([*training.DATA, *training.CODE]) == before


def test_changed_code_trains_everything_anew(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(training, "_train", lambda *, anew: asked.append(anew))
    training.main()
    (project / "data" / "core" / "nlu.yml").touch()
    with (project / "data" / "core" / "nlu.yml").open("a") as data:
        data.write("\n# changed\n")
    training.main()
    (project / "bot" / "components" / "codes.py").write_text("")
    training.main()

    assert asked == [False, False, True]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("data/core/responses.yml", "responses:\n  utter_a: [{text: A, channel: sms}]\n"),
        ("data/core/rules.yml", "rules:\n  - rule: a\n    steps: [{intent: greet}, {action: b}]\n"),
        ("domain.yml", "intents: [a, a]\n"),
        ("domain.yml", "{"),
        ("config.yml", "recipe: no.such\n"),
    ],
)
def test_what_cannot_be_trained_is_said_and_the_old_model_stays(
    project: Path, file: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    training.MODEL.write_bytes(b"the old one")
    (project / file).write_text(text)

    status = training.main()

    assert status == 1
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert last
    assert not last.startswith("Training the model")
    assert training.MODEL.read_bytes() == b"the old one"
    assert os.listdir("models") in (
        ["assistant.json", "assistant.tar.gz"],
        ["assistant.tar.gz", "assistant.json"],
    )


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "the disk is full. Free some space"),
        (errno.EDQUOT, "the disk is full. Free some space"),
        (errno.EROFS, "models cannot be used (Read-only file system). Change its owner"),
    ],
)
def test_what_the_disk_refuses_is_told_and_the_old_model_stays(
    project: Path,
    number: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    training.MODEL.write_bytes(b"the old one")

    def refused(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(training, "_run_rasa", refused)

    assert training.main() == 1
    assert told in capsys.readouterr().out.splitlines()[-1]
    assert training.MODEL.read_bytes() == b"the old one"


def test_a_file_in_the_place_of_the_models_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(training.MODEL.parent)
    training.MODEL.parent.write_text("")

    assert training.main() == 1
    assert "models cannot be used" in capsys.readouterr().out


def test_ctrl_c_is_no_failure_of_ours(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "_run_rasa", interrupted)

    assert training.main() == 130
    assert "Stopped; the model is as it was." in capsys.readouterr().out


def test_each_part_is_named_when_its_training_starts_and_time_is_told_meanwhile() -> None:
    said = io.StringIO()
    rasa = logging.getLogger(progress.RASA)

    with progress.Progress(said, every_s=0.01):
        rasa.info("Starting to train component 'SentenceEncoder'.")
        rasa.info("Finished training component 'SentenceEncoder'.")
        while said.getvalue().count("\n") < 3:
            time.sleep(0.01)
    ended = said.getvalue()
    rasa.info("Starting to train component 'IntentClassifier'.")

    assert ended.splitlines()[0].endswith("s  SentenceEncoder")
    assert "Finished" not in ended
    assert said.getvalue() == ended
