"""Rows of the evaluation form: text, intent, entities as JSON, note; tabs between, no quoting."""

import json
from dataclasses import dataclass
from pathlib import Path

SAME_KIND = {"phone_number": "phone"}
"""The form's names of entities where they differ from our placeholders'."""

SPECIAL = {"<EMPTY>": "", "<SPACES>": "   "}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One message and what counts as understanding it."""

    text: str
    intent: str
    kinds: frozenset[str]
    """Kinds of entity that the text carries."""
    alternatives: frozenset[str]
    """Other intents to accept."""
    also: frozenset[str]
    """Second requests in the same message."""
    context: str
    """What had just been asked, where the row cannot be decided without it."""

    @property
    def accepted(self) -> frozenset[str]:
        """Return every intent that the lenient figure accepts."""
        return self.alternatives | self.also | {self.intent}


def read(path: Path) -> list[Row]:
    """Return the rows of a file."""
    lines = path.read_text(encoding="utf-8").split("\n")[1:]
    return [_row(line.rstrip("\r")) for line in lines if line.strip("\r")]


def _row(line: str) -> Row:
    text, intent, entities, note = line.split("\t")
    found: dict[str, list[str]] = {}
    for part in note.split(";"):
        key, _, value = part.strip().partition("=")
        found.setdefault(key, []).extend(item.strip() for item in value.split(","))
    return Row(
        text=SPECIAL.get(text, text.replace("\\n", "\n")),
        intent=intent,
        kinds=frozenset(_kind(entity) for entity in (json.loads(entities) if entities else [])),
        alternatives=frozenset(found.get("alt", [])),
        also=frozenset(found.get("also", [])),
        context=",".join(found.get("ctx", [])),
    )


def _kind(entity: dict[str, str]) -> str:
    return SAME_KIND.get(entity["entity"], entity["entity"])
