"""What the service says by itself: responses by their names in data/, and what fills them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

CONTACT_LINES: Final = {
    "phone": "utter_edge_contact_phone",
    "email": "utter_edge_contact_email",
    "hours": "utter_edge_contact_hours",
}
"""How else to reach people, by what is configured."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A response that the service says, by its name in data/, and what fills it."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


def contact_lines(contact: Mapping[str, str]) -> list[Line]:
    """Return how else to reach people: only what is configured, nothing invented."""
    return [
        Line(name=name, values={way: contact[way]})
        for way, name in CONTACT_LINES.items()
        if way in contact
    ]
