"""Logs cannot hold what a person wrote."""

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import logs

SECRET = "my code is 123456 and my number 07700 900123"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, warnings.showwarning)
    stream = io.StringIO()
    logs.configure("DEBUG", stream)
    yield stream
    root.handlers, warnings.showwarning = before[0], before[2]
    root.setLevel(before[1])


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_our_line_is_an_event_and_its_facts(written: io.StringIO) -> None:
    logging.getLogger("bot.turns").info("turn.answered", extra={"turn": "7", "replies": 2})

    (line,) = lines(written)
    assert (line["event"], line["turn"], line["replies"]) == ("turn.answered", "7", 2)
    assert (line["level"], line["logger"]) == ("info", "bot.turns")
    assert line["time"].endswith("+00:00")


def test_a_fact_that_is_no_plain_value_is_only_named(written: io.StringIO) -> None:
    logging.getLogger("bot").error("x.y", extra={"tracker": {"text": SECRET}})

    (line,) = lines(written)
    assert line["tracker"] == "dict"


@pytest.mark.parametrize(
    "name", ["rasa.core.processor", "sanic.error", "aiohttp", "asyncio", "jobs"]
)
def test_nothing_that_a_library_says_is_repeated(written: io.StringIO, name: str) -> None:
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger(name).exception("it said %s", SECRET)

    (line,) = lines(written)
    assert SECRET not in written.getvalue()
    assert line["error"] == "ValueError"
    assert line["where"].startswith("test_logs:")
    assert line["raised"].endswith(tuple(str(n) for n in range(10)))


def test_what_rasa_says_by_structlog_is_not_repeated(written: io.StringIO) -> None:
    structlog.get_logger("rasa.anything").error("message.failed " + SECRET, user_text=SECRET)

    assert lines(written)
    assert SECRET not in written.getvalue()


def test_a_warning_that_quotes_a_sentence_is_not_repeated(written: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = logs._log_warning
        warnings.warn(f"Failed to parse '{SECRET}'", UserWarning, stacklevel=1)
        warnings.warn("old", DeprecationWarning, stacklevel=1)

    (line,) = lines(written)
    assert line["category"] == "UserWarning"
    assert SECRET not in written.getvalue()


def test_our_own_exception_shows_its_place_and_not_its_words(written: io.StringIO) -> None:
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger("bot.turns").exception("turn.failed", extra={"turn": "7"})

    (line,) = lines(written)
    assert line["error"] == "ValueError"
    assert "test_logs.py:" in line["raised"]
    assert SECRET not in written.getvalue()


def test_it_writes_to_standard_output_by_itself() -> None:
    root = logging.getLogger()
    before, level, shown = root.handlers[:], root.level, warnings.showwarning

    logs.configure("INFO")

    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    assert handler.stream is sys.stdout
    root.handlers, warnings.showwarning = before, shown
    root.setLevel(level)
