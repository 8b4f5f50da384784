"""What a screen reader says in a conversation: every message, once."""

import pytest
from playwright.sync_api import Page

from tests.browser.webchat.parent import Parent
from tests.browser.webchat.reader import announced, spoken, start
from tests.browser.webchat.world import ChatWorld

pytestmark = pytest.mark.browser

ASKED = "How do you want to get your codes?"
SENT = "A security code is on its way to the number that ends in 123."


@pytest.mark.short
def test_the_reader_says_each_message_once_and_none_of_the_parents_own(
    page: Page, world: ChatWorld, reader: str
) -> None:
    parent = Parent(page, world.page()).open()
    start(page, reader)

    parent.ask("Hello")
    parent.ask("buttons", "How do you want to get your codes?")
    parent.press("Use text messages")
    parent.sees("You said by button: choose_sms")
    parent.ask("code", "A security code is on its way")
    page.wait_for_timeout(1500)

    assert announced(page) == [
        "Assistant: You said: Hello",
        f"Assistant: {ASKED} Choices: Use text messages, Use an app",
        "Assistant: You said by button: choose_sms",
        f"Assistant: {SENT} A field for your security code follows.",
    ]


def test_the_reader_finds_names_and_words_in_order(
    page: Page, world: ChatWorld, reader: str
) -> None:
    parent = Parent(page, world.page()).open()
    parent.ask("buttons", "How do you want to get your codes?")
    start(page, reader)

    for _ in range(80):
        page.evaluate("() => window.reader.next()")
    said = " | ".join(spoken(page))

    for words in (
        "dialog, EHC Hub help",
        "heading, EHC Hub help, level 2",
        "button, More",
        "button, Close chat",
        "button, Talk to a person",
        "log, Conversation",
        "button, Use an app",
        "textbox, Your message",
        "button, Send",
    ):
        assert words in said, f"{words} not in {said}"
