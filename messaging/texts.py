"""What is said without Rasa, read from the same files that Rasa speaks from."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from messaging.errors import UnknownText

DATA = Path(__file__).resolve().parents[1] / "data"


class Texts:
    """The responses of every data/<journey>/responses.yml."""

    def __init__(self, folder: Path = DATA) -> None:
        """Read the files, once in a process.

        Raises:
            UnknownText: there is none.
        """
        self._responses = _read(folder)
        if not self._responses:
            raise UnknownText(f"no responses in {folder.name}")

    def say(self, name: str, *, channel: str, **values: str) -> str:
        """Return a response as this channel words it, its {slots} filled.

        Raises:
            UnknownText: no file holds it.
            KeyError: a slot in it has no value.
        """
        return self.raw(name, channel=channel).format(**values)

    def raw(self, name: str, *, channel: str) -> str:
        """Return a response as this channel words it, its {slots} as they are.

        Raises:
            UnknownText: no file holds it.
        """
        variants = self._responses.get(name)
        if not variants:
            raise UnknownText(name)
        wanted = [v for v in variants if v.get("channel") == channel]
        default = [v for v in variants if "channel" not in v]
        return str((wanted or default or variants)[0]["text"]).strip()

    def slots(self, name: str) -> set[str]:
        """Return the slots that the wordings of a response name."""
        return {
            field
            for variant in self._responses.get(name, ())
            for _, field, _, _ in Formatter().parse(str(variant["text"]))
            if field
        }


@cache
def _read(folder: Path) -> Mapping[str, list[Mapping[str, Any]]]:
    responses: dict[str, list[Mapping[str, Any]]] = {}
    for path in sorted(folder.glob("*/responses.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        responses |= document.get("responses") or {}
    return responses
