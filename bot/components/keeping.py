"""Fitted models, kept by what they were made of.

Rasa fits a classifier anew whenever the examples it is handed change, and among them are the names
of all actions. A new rule or action is no new example: what was fitted to the same texts, with the
same settings, code and libraries, is taken from here instead of being fitted again.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np
import scipy
import sklearn
import tensorflow as tf
import tokenizers

from bot.components import (
    character_model,
    intent_model,
    sentence_encoder,
    spelling,
    tuned_encoder,
)
from bot.components.intent_model import Settings
from wire import placeholders

CODE: Final = (
    character_model,
    intent_model,
    sentence_encoder,
    spelling,
    tuned_encoder,
    placeholders,
)
"""The modules whose text decides what is fitted."""
LIBRARIES: Final = (np, scipy, sklearn, tf, tokenizers)
MOST: Final = 3
"""Models kept, of some 12 MB each: so that going back and forth between two branches is quick."""


def made_of(texts: Sequence[str], intents: Sequence[str], settings: Settings) -> str:
    """Return a name for what is fitted to these examples by today's code and libraries."""
    code = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in CODE]
    versions = {library.__name__: library.__version__ for library in LIBRARIES}
    parts = [list(texts), list(intents), asdict(settings), code, versions, sentence_encoder.SHA256]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def fetch(kept: Path, name: str, folder: Path) -> bool:
    """Copy the model of that name into a folder; tell whether there was one."""
    if not (kept / name).is_dir():
        return False
    shutil.copytree(kept / name, folder, dirs_exist_ok=True)
    return True


def keep(kept: Path, name: str, folder: Path) -> None:
    """Keep a copy of a fitted model, whole or not at all, and let the oldest go."""
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept, prefix=".") as place:
        shutil.copytree(folder, Path(place) / name)
        if not (kept / name).exists():
            (Path(place) / name).rename(kept / name)
    models = [path for path in kept.iterdir() if not path.name.startswith(".")]
    for old in sorted(models, key=lambda path: path.stat().st_mtime)[:-MOST]:
        shutil.rmtree(old, ignore_errors=True)
