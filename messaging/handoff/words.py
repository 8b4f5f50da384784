"""How words pass between a parent and a person: what stays hidden, what an agent's reply holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from messaging.masking import mask
from wire import placeholders
from wire.placeholders import INWARD, OUTWARD

SHOWN: Final = frozenset({placeholders.PHONE, placeholders.EMAIL})
"""Passed to the person who has the conversation; codes and passwords never are."""

HIDDEN: Final[Mapping[str, str]] = {
    placeholders.CODE: "[code hidden]",
    placeholders.INVITATION: "[invitation code hidden]",
    placeholders.PASSWORD: "[password hidden]",
    placeholders.NUMBER: "[number hidden]",
    placeholders.PHONE: "[phone number hidden]",
    placeholders.EMAIL: "[email address hidden]",
}
SENT: Final = "[link or code, seen by the parent only]"

_COMMANDS: Final[Mapping[str, str]] = {
    "resolve": "resolved",
    "resolved": "resolved",
    "close": "resolved",
    "closed": "resolved",
    "back to assistant": "back",
    "back to the assistant": "back",
}
_NOTE = re.compile(r"\s*note\s*:", re.IGNORECASE)


def for_person(text: str, values: Mapping[str, str]) -> str:
    """Return a parent's masked words as the person may read them: numbers and addresses shown."""

    def shown(match: re.Match[str]) -> str:
        value = values.get(match.group())
        if match["kind"] in SHOWN and value is not None:
            return value
        return HIDDEN[match["kind"]]

    return OUTWARD.sub(SENT, INWARD.sub(shown, text))


def for_transcript(text: str) -> str:
    """Return logged words with every placeholder as a phrase; nothing hidden is shown."""
    return for_person(text, {})


def for_parent(text: str) -> str:
    """Return an agent's words as a parent may get them: a code or password in them is hidden.

    A number or address that the agent gives is meant for the parent and stays.
    """
    masked = mask(text)
    return INWARD.sub(
        lambda found: (
            masked.values[found.group()]
            if found["kind"] in SHOWN and found.group() in masked.values
            else HIDDEN[found["kind"]]
        ),
        masked.text,
    )


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What an agent's reply holds."""

    text: str
    """For the parent; may be empty."""
    command: str | None = None
    """`resolved` or `back`, where the agent asked for it."""


def read_reply(text: str) -> Reply:
    """Part an agent's reply into words for the parent, notes (dropped), and a command.

    A line that begins with "note:" is for colleagues, and so is what follows it up to an empty
    line. A command stands alone on the first or the last line.
    """
    lines, is_note = [], False
    for line in text.strip().splitlines():
        is_note = bool(_NOTE.match(line)) or (is_note and bool(line.strip()))
        if not is_note:
            lines.append(line.rstrip())
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    command = None
    for position in (-1, 0):
        if lines and command is None:
            command = _COMMANDS.get(lines[position].strip().rstrip(".!").casefold())
            if command is not None:
                lines.pop(position)
    return Reply(text="\n".join(lines).strip(), command=command)
