"""The pipeline in config.yml: ours, in the order that its parts rely on."""

from pathlib import Path

import yaml

CONFIG = yaml.safe_load(Path("config.yml").read_text(encoding="utf-8"))
NAMES = [part["name"].rsplit(".", 1)[-1] for part in CONFIG["pipeline"]]


def test_what_was_asked_is_known_before_the_fallback_doubts() -> None:
    order = ["PlaceholderEntities", "EhcIntentClassifier", "AwaitedAnswers", "FallbackClassifier"]

    assert order == NAMES


def test_no_stock_extractor_reads_values_from_the_text() -> None:
    assert not [name for name in NAMES if "EntityExtractor" in name or "DIET" in name]


def test_the_fallback_is_unsure_below_a_figure_of_the_kept_curve() -> None:
    fallback = CONFIG["pipeline"][-1]

    assert 0.2 <= fallback["threshold"] <= 0.5
    assert 0 < fallback["ambiguity_threshold"] < fallback["threshold"]
