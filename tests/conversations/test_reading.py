"""How hard a journey is to read: all its replies together, the council's own labels left out.

A single short reply says nothing ("Hello again." has the grade of a novel), so a whole journey is
measured. textstat is pinned to a version that brings its list of syllables along.
"""

import re
from pathlib import Path

import pytest
import textstat
import yaml

from tests.conversations.test_responses import JOURNEYS, LABELS, PAGE_TERM

GRADE = 4.0
"""Flesch-Kincaid grade of a reading age of 9, which GOV.UK writes for."""

NAMES = (
    *LABELS,
    PAGE_TERM,
    "Education Health and Care Plans",
    "EHC Needs Assessment",
    "Local Offer",
)
"""Words of the council's page, which are not ours to make simpler."""

_EXAMPLES = re.compile(r"AB2C-3D4E|07700 900123|123 456|\{(?:link|\w+_url)\}")


def readable(text: str) -> str:
    """Return a text as it is counted: labels and names become one short word."""
    for name in sorted(NAMES, key=len, reverse=True):
        text = text.replace(f'"{name}"', "it").replace(name, "it")
    text = re.sub(r"\{\w+\}", "3", _EXAMPLES.sub("", text)).strip()
    return text if text.endswith((".", "?")) else f"{text}."


def grade(texts: list[str]) -> float:
    return float(textstat.flesch_kincaid_grade(" ".join(map(readable, texts))))


def replies(file: Path, channel: str | None) -> list[str]:
    """Return a journey's replies as one channel has them."""
    texts = []
    for versions in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"].values():
        own = [v["text"] for v in versions if v.get("channel") == channel]
        texts += own or [v["text"] for v in versions if "channel" not in v]
    return texts


@pytest.mark.parametrize("channel", ["sms", "webchat"])
@pytest.mark.parametrize("file", JOURNEYS, ids=lambda file: file.parent.name)
def test_a_journey_is_readable_at_nine(file: Path, channel: str) -> None:
    assert grade(replies(file, channel)) <= GRADE


def test_officialese_does_not_pass() -> None:
    officialese = (
        "In order to facilitate the verification of your telecommunications apparatus it is "
        "necessary that an authentication identifier be submitted prior to expiration."
    )

    assert grade([officialese]) > 12


def test_a_label_is_not_counted_against_us() -> None:
    plain = ["Click it. Then type the code. We send it to you."]
    labelled = ['Click "Request a needs assessment". Then type the code. We send it to you.']

    assert grade(labelled) == grade(plain)
