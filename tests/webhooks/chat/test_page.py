"""What a page is told before anybody writes."""

import pytest

from webhooks.chat.page import Page

KEPT = {"greeting_privacy": "What you type is kept for 14 days."}


def test_words_that_follow_from_settings_reach_every_language() -> None:
    page = Page(told=KEPT, texts={"pl": {"close": "Zamknij"}})

    assert page.document("en")["texts"] == KEPT
    assert page.document("pl-PL")["texts"] == {**KEPT, "close": "Zamknij"}


def test_the_councils_own_words_go_first() -> None:
    page = Page(told=KEPT, texts={"en": {"greeting_privacy": "Ours."}})

    assert page.document("en")["texts"] == {"greeting_privacy": "Ours."}


@pytest.mark.parametrize(
    ("asked", "lang"), [("pl", "pl"), ("pl-PL", "pl-PL"), ("cy", "en"), ("en-GB", "en"), ("", "en")]
)
def test_the_page_is_told_which_language_the_words_are_in(asked: str, lang: str) -> None:
    page = Page(told=KEPT, texts={"pl": {"close": "Zamknij"}})

    assert page.document(asked)["lang"] == lang
