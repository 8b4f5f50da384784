"""What a screen reader says in a conversation: every message, once.

A model of a screen reader (`@guidepup/virtual-screen-reader`) runs inside the real page.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.webchat import node
from tests.browser.webchat.parent import Parent
from tests.browser.webchat.world import ChatWorld

pytestmark = pytest.mark.browser

ASKED = "How do you want to get your codes?"
SENT = "A security code is on its way to the number that ends in 123."


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The reader as one script."""
    node.prepare()
    out = tmp_path_factory.mktemp("reader") / "reader.js"
    node.run("npx", "esbuild", "tests/reader.ts", "--bundle", f"--outfile={out}")
    return Path(out).read_text()


def start(page: Page, reader: str) -> None:
    """Let the reader read the chat from here on."""
    page.evaluate(reader)
    page.evaluate(
        """async () => { const root = document.querySelector("ehc-chat").shadowRoot;
          await window.reader.start({ container: root.querySelector(".root") }); }"""
    )


def spoken(page: Page) -> list[str]:
    """Return everything that the reader has said."""
    return list(page.evaluate("() => window.reader.spokenPhraseLog()"))


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

    polite = [phrase for phrase in spoken(page) if phrase.startswith("polite: ")]
    assert polite == [
        "polite: Assistant: You said: Hello",
        f"polite: Assistant: {ASKED} Choices: Use text messages, Use an app",
        "polite: Assistant: You said by button: choose_sms",
        f"polite: Assistant: {SENT} Security code",
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
