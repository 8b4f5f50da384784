"""The pages' words: none is missing, all are plain."""

import inspect
import re
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

import hub.accounts
from clients import messaging
from hub.accounts import errors
from hub.accounts.limits import Limits
from hub.pages import happenings, words

NOT_PLAIN = re.compile(r"\b(please|log ?in|e-mail|\w+n['’]t|sorry|invalid)\b", re.IGNORECASE)

EXAMPLES = {
    errors.NumberNotAccepted: [
        errors.NumberNotAccepted(reason) for reason in get_args(errors.NumberReason)
    ],
    errors.CodeMalformed: [errors.CodeMalformed(fault) for fault in get_args(errors.CodeFault)],
    errors.CodeIncorrect: [errors.CodeIncorrect(left) for left in (1, 4)],
    errors.CodeExpired: [errors.CodeExpired(), errors.CodeExpired(outgoing_id="x")],
    errors.PasswordRefused: [
        errors.PasswordRefused(fault) for fault in get_args(errors.PasswordFault)
    ],
    errors.Locked: [
        errors.Locked(timedelta(minutes=15)),
        errors.Locked(timedelta(hours=24), needs_help=True),
    ],
    errors.ImportRejected: [errors.ImportRejected("not_text")],
}
LIMITED = (errors.TooManyTries, errors.TooManyRequests, errors.ResendTooSoon, errors.TooManySends)
EXAMPLES |= {kind: [kind(timedelta(seconds=30))] for kind in LIMITED}


def told_errors() -> list[type[errors.HubError]]:
    """Return every error that is raised as itself: the leaves of the tree."""
    kinds = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.HubError)
    ]
    return [kind for kind in kinds if not any(other.__base__ is kind for other in kinds)]


def examples(kind: type[errors.HubError]) -> list[errors.HubError]:
    return EXAMPLES.get(kind) or [kind()]


@pytest.mark.parametrize("kind", told_errors(), ids=lambda kind: kind.__name__)
def test_every_error_has_plain_words_on_a_page(kind) -> None:
    for error in examples(kind):
        text = words.fault(error, Limits())

        assert text[0].isupper()
        assert not text.endswith(".")
        assert not NOT_PLAIN.search(text)
        assert all(len(sentence.split()) <= 25 for sentence in text.split(". "))
        assert words.status(error) in {422, 429, 503}


def test_no_error_has_words_that_nobody_can_see() -> None:
    assert set(words.FAULTS) == set(told_errors())


def test_every_state_and_reason_of_a_text_is_told() -> None:
    for state in messaging.STATES:
        for reason in {None, *messaging.REASONS}:
            assert words.text_state(state, reason).endswith(".")
    assert set(words.TEXT_REASONS) == messaging.REASONS


def test_every_event_that_is_told_is_one_that_is_recorded() -> None:
    folder = Path(hub.accounts.__file__).parent
    code = "\n".join(path.read_text() for path in folder.glob("*.py"))
    computed = {f"factor_reset.{why}" for why in ("refused", "not_needed")}

    missing = {event for event in happenings.EVENTS if f'"{event}"' not in code}

    assert missing == computed


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "1 second"),
        (0.2, "1 second"),
        (30, "30 seconds"),
        (90, "90 seconds"),
        (91, "2 minutes"),
        (899, "15 minutes"),
        (900, "15 minutes"),
        (900.0004, "15 minutes"),
        (902, "16 minutes"),
        (90 * 60, "90 minutes"),
        (90 * 60 + 2, "2 hours"),
        (2 * 3600, "2 hours"),
        (2 * 3600 + 0.5, "2 hours"),
        (24 * 3600, "24 hours"),
    ],
)
def test_how_long_to_wait_is_told_in_words(seconds, told) -> None:
    assert words.waiting(timedelta(seconds=seconds)) == told
