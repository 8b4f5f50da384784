"""What a page is told before anybody writes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from messaging.handoff.hours import read_hours
from webhooks.chat.page import STARTERS, OwnWords, Page, TextsNotReadable, read_words

KEPT = {"greeting_privacy": "What you type is kept for 14 days."}
POLISH = OwnWords(texts={"close": "Zamknij"}, starters=("Mam zaproszenie",))
FRIDAY_NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def told(page: Page, lang: str, now: datetime = FRIDAY_NOON) -> dict[str, Any]:
    return page.document(lang, now)


def test_words_that_follow_from_settings_reach_every_language() -> None:
    page = Page(told=KEPT, own={"pl": POLISH})

    assert told(page, "en")["texts"] == KEPT
    assert told(page, "pl-PL")["texts"] == {**KEPT, "close": "Zamknij"}


def test_the_councils_own_words_go_first() -> None:
    page = Page(told=KEPT, own={"en": OwnWords(texts={"greeting_privacy": "Ours."})})

    assert told(page, "en")["texts"] == {"greeting_privacy": "Ours."}


def test_the_councils_own_english_words_reach_a_page_in_another_language() -> None:
    page = Page(own={"en": OwnWords(texts={"title": "Ask us"}), "pl": POLISH})

    assert told(page, "cy")["texts"] == {"title": "Ask us"}
    assert told(page, "pl")["texts"] == {"title": "Ask us", "close": "Zamknij"}


@pytest.mark.parametrize(
    ("asked", "lang"), [("pl", "pl"), ("pl-PL", "pl-PL"), ("cy", "en"), ("en-GB", "en"), ("", "en")]
)
def test_the_page_is_told_which_language_the_words_are_in(asked: str, lang: str) -> None:
    page = Page(told=KEPT, own={"pl": POLISH})

    assert told(page, asked)["lang"] == lang


def test_the_page_is_told_which_words_are_english_all_the_same() -> None:
    page = Page(told=KEPT, own={"pl": POLISH, "ur": OwnWords(texts={"close": "بند کریں"})})

    assert told(page, "en")["english"] == []
    assert told(page, "pl")["english"] == ["greeting_privacy"]
    assert told(page, "ur")["english"] == ["greeting_privacy", "starters_list"]


def test_what_to_begin_with_is_said_in_the_languages_that_have_it() -> None:
    page = Page(own={"pl": POLISH, "ur": OwnWords(texts={"close": "بند کریں"})})

    assert told(page, "pl")["starters"] == ["Mam zaproszenie"]
    assert told(page, "ur")["starters"] == list(STARTERS)


@pytest.mark.parametrize(
    ("now", "is_open", "back"),
    [
        (datetime(2026, 11, 27, 16, 59, tzinfo=UTC), True, None),
        (datetime(2026, 11, 27, 17, 0, tzinfo=UTC), False, "2026-11-30T09:00:00Z"),
    ],
)
def test_the_page_is_told_whether_people_are_there_now(
    now: datetime, is_open: bool, back: str | None
) -> None:
    page = Page(desk=read_hours("Mon-Fri 09:00-17:00"))

    contact = told(page, "en", now)["contact"]

    assert (contact["open"], contact["back"]) == (is_open, back)


def test_nothing_is_said_of_now_where_no_hours_are_set() -> None:
    contact = told(Page(), "en")["contact"]

    assert (contact["open"], contact["back"]) == (None, None)


def test_the_file_of_words_is_read(tmp_path: Path) -> None:
    path = tmp_path / "words.json"
    path.write_text(json.dumps({"pl": {"close": "Zamknij", "starters_list": ["Mam zaproszenie"]}}))

    assert read_words(path) == {"pl": POLISH}
    assert read_words(None) == {}


@pytest.mark.parametrize(
    "document", [[], {"pl": []}, {"pl": {"close": 1}}, {"pl": {"starters_list": "one"}}]
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, document: object) -> None:
    path = tmp_path / "words.json"
    path.write_text(json.dumps(document))

    with pytest.raises(TextsNotReadable):
        read_words(path)
