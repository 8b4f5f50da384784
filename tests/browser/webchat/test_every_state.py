"""Every state of the chat, visited once at desktop width: what tools see, and what keys reach."""

from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.webchat.parent import Parent
from tests.browser.webchat.states import STATES
from tests.browser.webchat.targets import too_small
from tests.browser.webchat.test_accessibility import SIZES, WCAG, sideways
from tests.browser.webchat.world import ChatWorld

pytestmark = [pytest.mark.browser, pytest.mark.short]

HEAD = ["More", "Close chat", "Talk to a person"]
STARTERS = [
    "I have an invitation to register",
    "My invitation has not come",
    "My security code has not come",
    "I cannot sign in",
]
FOOT = ["Your message", "Send"]
NOTICE = "Privacy notice (opens in a new tab)"
READ = ["Conversation", NOTICE]
EMPTY = [*READ, *STARTERS, *FOOT]
TALKED = [*HEAD, *READ, *FOOT]
STOPS: dict[str, list[str]] = {}
MOST_STOPS = 40


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was found in a state."""

    axe: list[str]
    sideways: list[str]
    small: list[str]
    stops: list[str]
    has_person: bool


@pytest.fixture(scope="module")
def looks(browser: Browser, world: ChatWorld) -> dict[str, Look]:
    """Every state, each in a browser profile of its own."""
    found = {}
    for state in STATES:
        world.forget_addresses()
        width, height = SIZES["desktop"]
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        parent = Parent(context.new_page(), world.page())
        state(parent, world)
        found[state.__name__] = look(parent)
        context.close()
        world.mend()
    __import__("pathlib").Path("/tmp/stops.json").write_text(__import__("json").dumps({k: [v.stops, v.small, v.axe, v.sideways] for k, v in found.items()}))
    return found


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
    expect(number).to_be_visible()
    return True


def by_state(checked: dict[str, object]) -> dict[str, object]:
    """Return the states in which something was found."""
    return {state: found for state, found in checked.items() if found}


@pytest.mark.parametrize("state", [state.__name__ for state in STATES])
def test_axe_finds_nothing_and_nothing_is_cut_off(looks: dict[str, Look], state: str) -> None:
    assert (looks[state].axe, looks[state].sideways) == ([], [])


def test_every_target_is_large_enough_in_every_state(looks: dict[str, Look]) -> None:
    assert by_state({state: one.small for state, one in looks.items()}) == {}


@pytest.mark.parametrize("state", [state.__name__ for state in STATES])
def test_the_tab_key_meets_exactly_this(looks: dict[str, Look], state: str) -> None:
    assert looks[state].stops == STOPS[state]


def test_a_person_can_be_reached_from_every_state(looks: dict[str, Look]) -> None:
    assert all(one.has_person for one in looks.values())
