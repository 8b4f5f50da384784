"""Train when something that the model is made of has changed, and say so in one line."""

import contextlib
import errno
import hashlib
import io
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import structlog
from rasa.shared.exceptions import RasaException

from bot.errors import WrongConfiguration
from bot.progress import Progress

MODEL: Final = Path("models/assistant.tar.gz")
NOTES: Final = Path("models/assistant.json")
"""Beside the model: what it was made of."""

DATA: Final = (Path("data"), Path("domain.yml"), Path("config.yml"), Path("bot/importer.py"))
CODE: Final = (Path("bot/components"), Path("requirements/rasa.txt"))
"""What the trained parts consist of; a change in the rest of `bot` changes no model."""


def main() -> int:
    """Train if needed; return the exit status."""
    try:
        failure = _bring_up_to_date()
    except OSError as error:
        failure = _cause(error)
    except KeyboardInterrupt:
        _say("Stopped; the model is as it was.")
        return 130
    if failure is not None:
        _say(failure)
        return 1
    return 0


def _bring_up_to_date() -> str | None:
    made_of = {"data": _digest(DATA), "code": _digest(CODE)}
    before = _notes()
    if MODEL.is_file() and before == made_of:
        _say("The model is up to date.")
        return None
    _say("Training the model (one to three minutes where words to learn have changed) ...")
    # Rasa keeps trained parts by their settings and data; it does not see that our code changed.
    failure = _train(anew=before.get("code") != made_of["code"])
    if failure is not None:
        return failure
    NOTES.write_text(json.dumps(made_of))
    _say(f"Trained {MODEL}.")
    return None


def _cause(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The model was not trained: the disk is full. Free some space and try again."
    return (
        f"The model was not trained: {error.filename or MODEL.parent} cannot be used "
        f"({error.strerror}). Change its owner, or use a checkout of your own."
    )


def _train(*, anew: bool) -> str | None:
    """Train in a folder of its own and put the model in place; return what went wrong, if any."""
    said = io.StringIO()
    MODEL.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=MODEL.parent) as folder:
        try:
            with (
                Progress(sys.stdout),
                contextlib.redirect_stdout(said),
                contextlib.redirect_stderr(said),
            ):
                model = _run_rasa(folder, anew=anew)
        except (SystemExit, RasaException, WrongConfiguration) as error:
            return f"{said.getvalue()}{error}"
        if model is None:
            return said.getvalue()
        os.replace(model, MODEL)
    return None


def _run_rasa(folder: str, *, anew: bool) -> str | None:
    import rasa.model_training

    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet, cache_logger_on_first_use=True)
    result = rasa.model_training.train(
        domain=str(DATA[1]),
        config=str(DATA[2]),
        training_files=[str(DATA[0])],
        output=folder,
        fixed_model_name=MODEL.name,
        force_training=anew,
    )
    return None if result.code else result.model


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(file for path in paths for file in _files(path)):
        digest.update(str(file).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [file for file in path.rglob("*") if file.suffix in {".py", ".yml", ".txt", ".json"}]
    return [path] if path.is_file() else []


def _notes() -> dict[str, str]:
    try:
        return dict(json.loads(NOTES.read_text()))
    except (OSError, ValueError):
        return {}


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
