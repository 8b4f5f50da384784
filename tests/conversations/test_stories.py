"""The conversation's paths as Rasa's own stories: `rasa test` over tests/stories.

Rasa reads the words with the trained model and asks the rules what comes next. It runs no custom
action, so whether a form takes a message is as a story says; what the actions do is proved by the
other tests of this folder.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conversations import driver

STORIES = driver.ROOT / "tests/stories"
RULES = sorted(driver.ROOT.glob("data/*/rules.yml"))
MODEL = driver.ROOT / "models/assistant.tar.gz"

Place = tuple[str | None, str]
"""A form that is active, or none, and the action that is run there."""


def stories() -> list[Mapping[str, Any]]:
    return [
        story
        for path in sorted(STORIES.glob("test_*.yml"))
        for story in yaml.safe_load(path.read_text())["stories"]
    ]


def places(steps: list[Mapping[str, Any]], form: str | None = None) -> Iterator[Place]:
    """Yield where each action of a rule or story is run."""
    for step in steps:
        if "action" in step:
            yield form, step["action"]
        if "active_loop" in step:
            form = step["active_loop"]


def of_rules() -> set[Place]:
    found: set[Place] = set()
    for path in RULES:
        for rule in yaml.safe_load(path.read_text())["rules"]:
            conditions = rule.get("condition", [])
            form = next((one["active_loop"] for one in conditions if "active_loop" in one), None)
            found.update(places(rule["steps"], form))
    return found


def test_every_action_of_the_rules_is_walked_in_every_form_in_which_it_may_come() -> None:
    walked = {place for story in stories() for place in places(story["steps"])}

    assert of_rules() - walked == set()


def test_no_two_stories_have_one_name() -> None:
    names = [story["story"] for story in stories()]

    assert len(names) == len(set(names))


@pytest.mark.timeout(600)
def test_every_story_goes_as_it_says(tmp_path: Path) -> None:
    if not driver.RASA_PYTHON.exists():
        pytest.skip("no Rasa environment: make install")
    driver.train()

    done = subprocess.run(
        [
            str(driver.RASA_PYTHON),
            *("-m", "rasa", "test", "core", "--e2e", "--no-plot"),
            *("--model", str(MODEL), "--stories", str(STORIES), "--out", str(tmp_path)),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(driver.ROOT), "RASA_TELEMETRY_ENABLED": "false"},
        capture_output=True,
        text=True,
        check=False,
    )

    # It ends with 0 too when stories failed, or when it found none.
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((tmp_path / "story_report.json").read_text())["conversation_accuracy"]
    failed = (tmp_path / "failed_test_stories.yml").read_text()
    assert told["total"] == len(stories())
    assert told["correct"] == told["total"], failed
