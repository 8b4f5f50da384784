"""However the chat is closed, the way back is there and the focus is where it came from."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.webchat.parent import Parent
from tests.browser.webchat.world import ChatWorld

pytestmark = pytest.mark.browser

DIALOG = "document.querySelector('ehc-chat').shadowRoot.querySelector('.panel')"
OLD_BROWSER = """
const make = Document.prototype.createElement;
Document.prototype.createElement = function (name, ...more) {
  return make.call(this, name === "dialog" ? "unknown-dialog" : name, ...more);
};
for (const owner of [Document, ShadowRoot]) delete owner.prototype.adoptedStyleSheets;
"""
"""No <dialog> and no constructable style sheets: Firefox before 98, Safari before 15.4."""


@pytest.fixture
def small(browser: Browser, world: ChatWorld) -> Parent:
    """A parent with a phone, where the chat is modal."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    return Parent(context.new_page(), world.page())


@pytest.mark.short
def test_the_back_gesture_closes_what_was_opened_last(small: Parent) -> None:
    cancel = f"{DIALOG}.dispatchEvent(new Event('cancel', {{ cancelable: true }}))"
    small.open().press("More")

    small.page.evaluate(cancel)
    expect(small.page.get_by_role("heading", name="More")).to_have_count(0)
    expect(small.panel).to_be_visible()
    small.page.evaluate(cancel)

    expect(small.launcher).to_be_visible()
    expect(small.panel).to_be_hidden()
    assert small.focused() == "Chat with us"
    small.page.context.close()


def test_a_dialog_that_something_else_closed_leaves_the_launcher(small: Parent) -> None:
    small.open()

    small.page.evaluate(f"{DIALOG}.close()")

    expect(small.launcher).to_be_visible()
    small.open()
    small.page.context.close()


@pytest.mark.short
def test_the_link_that_opened_the_chat_gets_the_focus_back(parent: Parent) -> None:
    link = parent.page.get_by_role("link", name="Chat with us")
    link.click()
    expect(parent.panel).to_be_visible()

    parent.page.keyboard.press("Escape")

    expect(link).to_be_focused()


def test_escape_takes_back_letters_that_are_being_composed_and_not_the_chat(
    parent: Parent,
) -> None:
    parent.open()
    press = (
        "(isComposing) => document.activeElement.shadowRoot.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', { key: 'Escape', isComposing, bubbles: true,"
        " composed: true, cancelable: true }))"
    )

    parent.page.evaluate(press, True)
    expect(parent.panel).to_be_visible()
    parent.page.evaluate(press, False)

    expect(parent.panel).to_be_hidden()


@pytest.mark.short
@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_without_dialogs_and_style_objects_opens_and_closes_the_chat(
    page: Page, world: ChatWorld, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(OLD_BROWSER)
    parent = Parent(page, world.page())
    expect(parent.panel).to_be_hidden()

    parent.open().ask("Hello")
    expect(parent.panel).to_have_css("position", "fixed")
    page.keyboard.press("Escape")

    expect(parent.panel).to_be_hidden()
    assert parent.focused() == "Chat with us"
    parent.open().ask("Hello again")
    assert parent.console == []


def test_a_keyboard_that_comes_up_does_not_move_a_reader_who_scrolled_up(small: Parent) -> None:
    small.open().ask("long", "Line 1 of a long answer.")
    small.log.evaluate("log => { log.style.scrollBehavior = 'auto'; log.scrollTop = 300; }")
    small.page.wait_for_timeout(100)
    small.log.evaluate("log => { log.scrollTop = 200; }")
    small.page.wait_for_timeout(100)

    small.page.set_viewport_size({"width": 390, "height": 500})
    expect(small.panel).to_have_css("height", "500px")

    assert small.log.evaluate("log => log.scrollTop") == 200
    small.page.context.close()
