"""Rows of the evaluation form: text, intent, entities as JSON, note; tabs between, no quoting."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SAME_KIND = {"phone_number": "phone"}
"""The form's names of entities where they differ from our placeholders'."""

AWAITED: Mapping[str, str] = {
    "invit": "registration_invitation",
    "code|digits|pin": "registration_code",
    "email|address": "invitation_email",
    "number|phone|mobile": "registration_number",
}
"""What a row's context speaks of, to the slot that is asked for then. In this order: "the code sent
to your phone" awaits a code. A question for yes or no asks for none."""
_YES_OR_NO = re.compile(
    r"^(?:have|has|did|do|does|is|are|shall|would|was|were|can)\b|yes|whether|\?$"
)

SPECIAL = {"<EMPTY>": "", "<SPACES>": "   "}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One message and what counts as understanding it."""

    text: str
    intent: str
    kinds: Counter[str]
    """Kinds of entity that the text carries, and how many of each."""
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

    @property
    def awaiting(self) -> str | None:
        """Return the slot that was being asked for when this was typed."""
        asked = self.context.lower()
        if _YES_OR_NO.search(asked):
            return None
        return next((slot for words, slot in AWAITED.items() if re.search(words, asked)), None)


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
        kinds=_kinds(json.loads(entities) if entities else []),
        alternatives=frozenset(found.get("alt", [])),
        also=frozenset(found.get("also", [])),
        context=",".join(found.get("ctx", [])),
    )


def _kinds(entities: list[dict[str, str]]) -> Counter[str]:
    """Count the kinds; a value that stands twice is one, as the masking has it."""
    named = {
        (SAME_KIND.get(e["entity"], e["entity"]), e.get("value", str(i)))
        for i, e in enumerate(entities)
    }
    return Counter(kind for kind, _ in named)
