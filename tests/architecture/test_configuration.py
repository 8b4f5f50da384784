"""Every setting that code reads is documented, and nothing else is."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings import BaseSettings

import actions.settings
import bot.settings
import hub.settings
import messaging.settings
import simulator.settings
import webhooks.settings
from bot.settings import SPOKEN_FOR
from launch.environment import PORTS, SECRETS
from wire.env import MissingSettings

ROOT = Path(__file__).resolve().parents[2]
CLASSES: list[type[BaseSettings]] = [
    actions.settings.Settings,
    hub.settings.Settings,
    messaging.settings.WorkerSettings,
    simulator.settings.Settings,
    webhooks.settings.EdgeSettings,
]
ELSEWHERE = {
    "RASA_HOST",  # bot/settings.py, which stands on Python 3.10 without pydantic-settings
    "MODEL",
}
"""Read by code that has no settings class."""

NESTED = {"HUB_LIMITS"}
"""One name for many: HUB_LIMITS__<NAME>."""


def read_by_code() -> set[str]:
    names = {name.upper() for one in CLASSES for name in one.model_fields}
    return (names | set(SPOKEN_FOR) | set(PORTS) | set(SECRETS) | ELSEWHERE) - NESTED


def documented() -> set[str]:
    text = (ROOT / "docs/configuration.md").read_text()
    rows = "\n".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    return set(re.findall(r"`([A-Z][A-Z0-9_]+)`", rows))


def exampled() -> set[str]:
    text = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


@pytest.mark.parametrize("written", [documented, exampled], ids=["documentation", "example"])
def test_what_is_read_is_what_is_written_down(written):
    assert written() == read_by_code()


@pytest.mark.parametrize("settings", CLASSES, ids=lambda one: one.__module__)
def test_an_empty_value_counts_as_unset(
    settings: type[BaseSettings], monkeypatch: pytest.MonkeyPatch
):
    for name in settings.model_fields:
        monkeypatch.setenv(name.upper(), "")

    with pytest.raises(ValidationError) as refused:
        settings()

    assert {error["type"] for error in refused.value.errors()} == {"missing"}


def test_an_empty_value_counts_as_unset_beside_rasa():
    needed = dict.fromkeys(SPOKEN_FOR, "set")
    empty = dict.fromkeys(("RASA_HOST", "RASA_PORT", "MODEL", "LOG_LEVEL"), "")

    assert bot.settings.load(needed | empty) == bot.settings.load(needed)
    with pytest.raises(MissingSettings, match=SPOKEN_FOR[0]):
        bot.settings.load(needed | {SPOKEN_FOR[0]: ""})
