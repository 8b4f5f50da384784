"""Every state of the chat, visited once at desktop width: what tools see, and what keys reach."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.webchat import states
from tests.browser.webchat.parent import Parent
from tests.browser.webchat.states import STATES, State
from tests.browser.webchat.targets import too_small
from tests.browser.webchat.test_accessibility import SIZES, WCAG, sideways
from tests.browser.webchat.world import URDU, ChatWorld

pytestmark = [pytest.mark.browser, pytest.mark.short]

EVERY_STATE = pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
MOST_STOPS = 40

HEAD = ["More", "Close chat", "Talk to a person"]
NOTICE = "Privacy notice (opens in a new tab)"
LOG = ["Conversation", NOTICE]
STARTERS = [
    "I have an invitation to register",
    "My invitation has not come",
    "My security code has not come",
    "I cannot sign in",
]
CHOICES = ["Use text messages", "Use an app"]
CODE = ["Security code", "Check the code"]
FOOT = ["Your message", "Send"]
EMPTY = [*LOG, *STARTERS, *FOOT]
TEXT_US = "Write a text to 07700 900999"

STOPS: dict[State, list[str]] = {
    states.closed: ["Chat with us"],
    states.opened: [*HEAD, *EMPTY],
    states.talked: [*HEAD, *LOG, *CHOICES, *FOOT],
    states.answered: [*HEAD, *LOG, *FOOT],
    states.code: [*HEAD, *LOG, *CODE, *FOOT],
    states.authenticator: [
        *HEAD,
        *LOG,
        "Open your authenticator app",
        "Copy the setup key",
        *FOOT,
    ],
    states.gone: [*HEAD, *LOG, *FOOT],
    states.menu: [
        *HEAD,
        "Close",
        "Normal",
        "Wider window",
        "Keep this chat on this device for 24 hoursDo not use this on a shared computer.",
        "Copy the chat",
        "Save the chat as a file",
        "Print the chat",
        "Continue by text message",
        NOTICE,
        "End and clear this chat",
        *LOG,
        *CHOICES,
        *FOOT,
    ],
    states.large: [*HEAD, *LOG, *CHOICES, *FOOT],
    states.person: [
        *HEAD,
        "Close",
        "01632 960 123",
        "help@council.example",
        "Ask to be passed on in this chat",
        *EMPTY,
    ],
    states.sms: [*HEAD, "Close", TEXT_US, *EMPTY],
    states.sms_words: [*HEAD, "Close", "Copy the words", TEXT_US, *LOG, *FOOT],
    states.joined: [*HEAD, "Close", "Go on in this chat only", *LOG, *FOOT],
    states.ending: [*HEAD, "Close", "End and clear", "Keep chatting", *LOG, *CHOICES, *FOOT],
    states.ended: [*HEAD, "Start a new chat", *LOG, *FOOT],
    states.too_long: [*HEAD, *EMPTY],
    states.empty_code: [*HEAD, *LOG, *CODE, *FOOT],
    states.offline: [*HEAD, *LOG, "Try now", *FOOT],
    states.reconnecting: [*HEAD, *LOG, *FOOT],
    states.slowed: [*HEAD, *LOG, *FOOT],
    states.working: [*HEAD, *LOG, *FOOT],
    states.unread: ["Chat with us, 1 new message"],
    states.scrolled_up: [*HEAD, *LOG, "Go to new messages", *FOOT],
    states.other_language: [*HEAD, *LOG, *FOOT],
    states.waiting: [*HEAD, *LOG, *FOOT],
    states.helper: [*HEAD, *LOG, *FOOT],
    states.urdu: [
        URDU["menu"],
        URDU["close"],
        "Talk to a person",
        *LOG,
        *CHOICES,
        URDU["composer"],
        URDU["send"],
    ],
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was found in a state."""

    axe: list[str]
    sideways: list[str]
    small: list[str]
    stops: list[str]
    has_person: bool


LookAt = Callable[[State], Look]


@pytest.fixture(scope="module")
def look_at(browser: Browser, world: ChatWorld) -> LookAt:
    """Look at a state; each is visited once, in a browser profile of its own."""

    @functools.cache
    def looked(state: State) -> Look:
        world.forget_addresses()
        width, height = SIZES["desktop"]
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        try:
            parent = Parent(context.new_page(), world.page())
            state(parent, world)
            return look(parent)
        finally:
            context.close()
            world.mend()

    return looked


def look(parent: Parent) -> Look:
    """Look at a state from all sides; the last look opens what leads to a person."""
    axe = Axe().run(parent.page, options=WCAG)
    return Look(
        axe=[f"{one['id']}: {one['nodes']}" for one in axe.response["violations"]],
        sideways=sideways(parent.page),
        small=too_small(parent.page),
        stops=tab_stops(parent),
        has_person=leads_to_a_person(parent),
    )


def tab_stops(parent: Parent) -> list[str]:
    """Return what the Tab key meets in the chat, from its first stop on."""
    parent.page.evaluate(
        """() => { const root = document.querySelector("ehc-chat").shadowRoot;
          const first = root.querySelector(".panel[open] .round");
          (first ?? root.querySelector(".launcher")).focus(); }"""
    )
    stops: list[str] = []
    while parent.page.evaluate("document.activeElement?.localName === 'ehc-chat'"):
        stops.append(parent.focused())
        assert len(stops) < MOST_STOPS, stops
        parent.page.keyboard.press("Tab")
    return stops


def leads_to_a_person(parent: Parent) -> bool:
    """Tell whether the council's number is at most one press away; opening the chat is another."""
    chat = parent.page.locator("ehc-chat")
    if chat.locator(".launcher").is_visible():
        chat.locator(".launcher").click()
    number = chat.locator("a[href^='tel:']")
    if not number.is_visible():
        chat.locator(".person").click()
        number.wait_for()
    return True


@EVERY_STATE
def test_axe_finds_nothing_and_nothing_is_cut_off(look_at: LookAt, state: State) -> None:
    found = look_at(state)

    assert (found.axe, found.sideways) == ([], [])


@EVERY_STATE
def test_every_target_is_large_enough(look_at: LookAt, state: State) -> None:
    assert look_at(state).small == []


@EVERY_STATE
def test_the_tab_key_meets_exactly_this(look_at: LookAt, state: State) -> None:
    assert look_at(state).stops == STOPS[state]


@EVERY_STATE
def test_a_person_can_be_reached(look_at: LookAt, state: State) -> None:
    assert look_at(state).has_person
