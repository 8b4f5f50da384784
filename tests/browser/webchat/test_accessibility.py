"""Usable by everyone: what tools see, and what they do not."""

import os
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.webchat.parent import Parent
from tests.browser.webchat.states import (
    QUESTION,
    STATES,
    State,
    answered,
    authenticator,
    ending,
    helper,
    menu,
    person,
    scrolled_up,
    sms_words,
    speak_on_the_page,
    talked,
    urdu,
)
from tests.browser.webchat.targets import too_small
from tests.browser.webchat.world import URDU, ChatWorld

pytestmark = pytest.mark.browser

WCAG = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


SIZES = {"desktop": (1280, 800), "phone": (390, 844), "zoomed": (320, 256)}

# The long check looks at every state in every size; desktop width is in test_every_state.py.
EVERYTHING = "WEBCHAT_EVERY_SIZE" in os.environ
SEEN = [
    pytest.param(size, state, id=f"{size}-{state.__name__}")
    for size in ("phone", "zoomed")
    for state in STATES
    if EVERYTHING or state in (answered, menu)
]

Arrive = Callable[[str], Parent]


@pytest.fixture
def arrive(request: pytest.FixtureRequest, browser: Browser, world: ChatWorld) -> Arrive:
    """Arrive on the page with a window of this size."""

    def arrived(size: str) -> Parent:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        request.addfinalizer(context.close)
        request.addfinalizer(world.mend)
        return Parent(context.new_page(), world.page())

    return arrived


@pytest.mark.parametrize(("size", "state"), SEEN)
def test_axe_finds_nothing_and_nothing_is_cut_off(
    arrive: Arrive, world: ChatWorld, size: str, state: State
) -> None:
    parent = arrive(size)

    state(parent, world)

    # axe puts a script of its own into the page; the policy that forbids it is tested elsewhere.
    found = Axe().run(parent.page, options=WCAG)
    assert found.response["violations"] == [], found.generate_report()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert parent.page.evaluate(overflow) <= 0
    assert sideways(parent.page) == []


def sideways(page: Page) -> list[str]:
    """Return the parts of the chat that would have to be scrolled sideways."""
    return list(
        page.evaluate(
            """() => [...document.querySelector("ehc-chat").shadowRoot.querySelectorAll("*")]
              .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1
                && ["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX)
                && !e.matches(".vh, .author"))
              .map((e) => e.className || e.localName)"""
        )
    )


@pytest.mark.parametrize(
    "state", [talked, authenticator, menu, person, sms_words, ending, helper, scrolled_up]
)
@pytest.mark.parametrize("size", ["phone", "zoomed"])
def test_every_target_is_large_enough(
    arrive: Arrive, world: ChatWorld, size: str, state: State
) -> None:
    parent = arrive(size)

    state(parent, world)

    assert too_small(parent.page) == []


@pytest.mark.short
def test_the_zoomed_conversation_keeps_room_to_read(browser: Browser, world: ChatWorld) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 256})
    parent = Parent(context.new_page(), world.page())
    talked(parent, world)

    box = parent.log.bounding_box()

    assert box is not None
    assert box["height"] >= 100
    context.close()


@pytest.mark.short
def test_the_keyboard_reaches_everything_in_reading_order_and_nothing_hidden(
    parent: Parent,
) -> None:
    parent.page.keyboard.press("Tab")
    stops = [parent.focused()]
    while stops[-1] != "Chat with us" or len(stops) < 6:
        parent.page.keyboard.press("Tab")
        stops.append(parent.focused())
        assert len(stops) < 12, stops

    parent.page.keyboard.press("Enter")
    expect(parent.panel).to_be_visible()
    assert parent.focused() == "Your message"
    parent.ask("buttons", QUESTION)

    walk = []
    for _ in range(7):
        parent.page.keyboard.press("Shift+Tab")
        walk.append(parent.focused()[:20])

    assert walk == [
        "Use an app",
        "Use text messages",
        "Privacy notice (open",
        "Conversation",
        "Talk to a person",
        "Close chat",
        "More",
    ]


@pytest.mark.short
def test_escape_closes_what_is_open_and_gives_the_focus_back(parent: Parent) -> None:
    parent.open()
    parent.press("More")
    assert parent.focused() == "More"

    parent.page.keyboard.press("Escape")
    expect(parent.page.get_by_role("heading", name="More")).to_have_count(0)
    expect(parent.panel).to_be_visible()
    assert parent.focused() == "More"

    parent.page.keyboard.press("Escape")
    expect(parent.panel).to_be_hidden()
    assert parent.focused() == "Chat with us"


def test_the_small_chat_keeps_the_focus_inside_until_it_is_closed(
    browser: Browser, world: ChatWorld
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    parent = Parent(context.new_page(), world.page()).open()

    outside = 0
    for _ in range(14):
        parent.page.keyboard.press("Tab")
        is_inside = parent.page.evaluate("document.activeElement?.localName === 'ehc-chat'")
        is_page = parent.page.evaluate("document.activeElement === document.body")
        outside += 0 if is_inside or is_page else 1

    assert outside == 0
    parent.page.keyboard.press("Escape")
    expect(parent.panel).to_be_hidden()
    assert parent.focused() == "Chat with us"
    context.close()


def test_an_answer_never_takes_the_focus(parent: Parent) -> None:
    parent.open().ask("buttons", QUESTION)
    choice = parent.page.get_by_role("button", name="Use an app")
    choice.focus()

    parent.page.keyboard.press("Enter")

    parent.sees("You said by button: choose_app")
    assert parent.focused().startswith("Use an app")


def test_the_closed_chat_leaves_the_page_its_focus_after_a_reload(parent: Parent) -> None:
    parent.open().ask("Hello")

    parent.page.reload()

    expect(parent.panel).to_be_visible()
    assert parent.page.evaluate("document.activeElement === document.body")


@pytest.mark.short
def test_every_message_is_announced_once_and_history_is_not(parent: Parent) -> None:
    parent.open().ask("Hello")
    parent.listen()

    parent.ask("two", "Second message.")
    parent.ask("buttons", QUESTION)
    parent.page.wait_for_timeout(1500)

    assert parent.spoken() == [
        "Assistant: First message.",
        "Assistant: Second message.",
        "Assistant: How do you want to get your codes? Choices: Use text messages, Use an app",
    ]
    left = parent.page.locator("ehc-chat [aria-live='polite'] > div").count()
    assert left == 0


def test_forced_colours_keep_borders_and_focus(browser: Browser, world: ChatWorld) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, forced_colors="active", color_scheme="dark"
    )
    parent = Parent(context.new_page(), world.page())
    talked(parent, world)

    widths = parent.page.evaluate(
        """() => [".send", ".choice", ".bubble"].map((name) => getComputedStyle(document
            .querySelector("ehc-chat").shadowRoot.querySelector(name)).borderTopWidth)"""
    )

    assert all(float(width[:-2]) >= 1 for width in widths)
    context.close()


def test_reduced_motion_stops_what_moves(browser: Browser, world: ChatWorld) -> None:
    context = browser.new_context(reduced_motion="reduce")
    parent = Parent(context.new_page(), world.page()).open()

    moving = parent.page.evaluate(
        """() => { const root = document.querySelector("ehc-chat").shadowRoot;
          return [getComputedStyle(root.querySelector(".dots i")).animationName,
                  getComputedStyle(root.querySelector(".log")).scrollBehavior]; }"""
    )

    assert moving == ["none", "auto"]
    context.close()


def test_typing_dots_stop_within_five_seconds(parent: Parent) -> None:
    times = parent.open().page.evaluate(
        """() => [...document.querySelector("ehc-chat").shadowRoot.querySelectorAll(".dots i")]
          .map((dot) => getComputedStyle(dot)).map((style) =>
            parseFloat(style.animationDuration) * Number(style.animationIterationCount)
            + parseFloat(style.animationDelay))"""
    )

    assert times
    assert max(times) <= 5


def test_urdu_runs_from_right_to_left_in_the_councils_own_words(
    page: Page, world: ChatWorld
) -> None:
    speak_on_the_page(page, "ur")
    parent = Parent(page, world.page())
    parent.launcher.click()
    expect(page.get_by_role("dialog", name=URDU["title"])).to_be_visible()
    page.get_by_role("textbox", name=URDU["composer"]).fill("السلام علیکم")
    page.get_by_role("button", name=URDU["send"]).click()
    answer = parent.log.locator(".from-service .bubble").first  # in Urdu, without the assistant
    expect(answer).to_have_attribute("lang", "ur")

    launcher_side = page.evaluate(
        "document.querySelector('ehc-chat').shadowRoot"
        ".querySelector('.panel').getBoundingClientRect().left"
    )
    own, other = (
        parent.log.locator(f".msg.from-{who} .bubble").first.bounding_box()
        for who in ("parent", "service")
    )

    assert launcher_side < 100
    assert own is not None
    assert other is not None
    assert own["x"] < other["x"]
    assert _language(page) == "ur"


@pytest.mark.short
def test_what_is_english_on_an_urdu_page_is_marked_as_english(page: Page, world: ChatWorld) -> None:
    parent = Parent(page, world.page())
    urdu(parent, world)
    parent.listen()
    page.get_by_role("button", name="Use an app").click()
    parent.sees("You said by button: choose_app")
    parent.hears_aloud(f"{URDU['assistant']}: You said by button: choose_app")

    english = {
        name: page.locator(f"ehc-chat {name}").first.evaluate("one => one.closest('[lang]').lang")
        for name in ("#greeting", "#greeting p:last-child", ".opening .choice", ".msg .choice")
    }

    assert english == dict.fromkeys(english, "en")
    assert page.evaluate("window.tongues") == ["en"]


@pytest.mark.short
def test_the_small_chat_fills_the_window_from_right_to_left_too(
    arrive: Arrive, world: ChatWorld
) -> None:
    parent = arrive("phone")

    urdu(parent, world)

    panel = parent.page.get_by_role("dialog", name=URDU["title"]).bounding_box()
    assert panel is not None
    assert (panel["x"], panel["width"]) == (0, SIZES["phone"][0])
    greeting = parent.page.locator("#greeting")
    expect(greeting).to_have_css("direction", "ltr")


def test_a_page_in_urdu_without_words_in_urdu_runs_from_left_to_right(
    page: Page, world: ChatWorld
) -> None:
    speak_on_the_page(page, "ar")
    Parent(page, world.page()).open()

    root = "document.querySelector('ehc-chat').shadowRoot.querySelector('.root')"
    assert page.evaluate(f"[{root}.lang, {root}.dir]") == ["en", "ltr"]


def test_the_councils_words_are_there_at_once_on_the_next_page(
    page: Page, world: ChatWorld
) -> None:
    speak_on_the_page(page, "ur")
    parent = Parent(page, world.page())
    parent.launcher.click()
    page.get_by_role("textbox", name=URDU["composer"]).fill("Hello")
    page.keyboard.press("Enter")
    parent.sees("You said: Hello")
    page.route("**/v1/config*", lambda route: route.abort())

    page.reload()

    expect(page.get_by_role("dialog", name=URDU["title"])).to_be_visible()
    expect(parent.log.locator(".from-assistant .author").last).to_have_text(URDU["assistant"])
    page.get_by_role("button", name=URDU["close"]).click()
    expect(page.get_by_role("button", name=URDU["launcher"])).to_be_visible()


def test_words_in_english_are_marked_as_english_on_a_page_in_another_language(
    page: Page, world: ChatWorld
) -> None:
    speak_on_the_page(page, "cy")
    parent = Parent(page, world.page())
    before = _language(page)

    parent.open().ask("Bore da")

    assert (before, _language(page)) == ("en", "en")


def test_the_pages_own_words_stay_in_the_pages_language(page: Page, world: ChatWorld) -> None:
    speak_on_the_page(page, 'cy" data-text-launcher="Sgwrsiwch')
    page.goto(world.page())
    launcher = page.get_by_role("button", name="Sgwrsiwch")
    expect(launcher).to_be_visible()
    before = _language(page)

    launcher.click()
    expect(page.get_by_text("kept for 14 days", exact=False)).to_be_visible()

    assert (before, _language(page)) == ("cy", "cy")


def _language(page: Page) -> str:
    """Return the language that a screen reader takes the chat's words for."""
    root = "document.querySelector('ehc-chat').shadowRoot.querySelector('.root')"
    return str(page.evaluate(f"{root}.lang"))


def test_wider_text_spacing_loses_nothing(parent: Parent, world: ChatWorld) -> None:
    talked(parent, world)

    parent.page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
          sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
            word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
          const root = document.querySelector("ehc-chat").shadowRoot;
          root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]; }"""
    )

    assert sideways(parent.page) == []
