"""Tabs, proxies, absences, pages that move things: the chat goes on and says nothing false."""

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.webchat.parent import Parent, look_away
from tests.browser.webchat.states import speak_on_the_page
from tests.browser.webchat.world import ChatWorld

pytestmark = pytest.mark.browser

KEEP = "Keep this chat on this device for 24 hours"


def test_keeping_the_chat_holds_for_every_tab(
    parent: Parent, context: BrowserContext, world: ChatWorld
) -> None:
    parent.open().ask("Hello")
    second = Parent(context.new_page(), world.page()).open()
    second.sees("You said: Hello")

    parent.press("More")
    parent.page.get_by_label(KEEP).check()
    parent.page.keyboard.press("Escape")
    second.ask("From the second tab")
    second.press("More")

    expect(second.page.get_by_label(KEEP)).to_be_checked()
    assert "ehc-chat" in second.storage()["local"]
    third = Parent(context.new_page(), world.page()).open()
    third.ask("From the third tab")
    assert "ehc-chat" in third.storage()["local"]


@pytest.mark.short
def test_an_element_that_the_page_moves_goes_on(parent: Parent) -> None:
    parent.open().ask("Hello")

    parent.page.evaluate(
        "document.querySelector('main').append(document.querySelector('ehc-chat'))"
    )

    parent.ask("After the move")
    parent.press("Close chat")
    expect(parent.launcher).to_be_visible()


@pytest.mark.parametrize("lang", ["en_GB", "not a language", "x"])
def test_an_odd_language_of_the_page_breaks_nothing(
    page: Page, world: ChatWorld, lang: str
) -> None:
    speak_on_the_page(page, lang)
    parent = Parent(page, world.page()).open()

    parent.ask("Hello")

    expect(parent.log.locator("time").first).to_have_text(re.compile(r"^\d\d?:\d\d"))


def test_what_was_not_sent_is_there_after_the_chats_24_hours(page: Page, world: ChatWorld) -> None:
    parent = Parent(page, world.page()).open()
    parent.ask("before")
    page.route("**/v1/messages", lambda route: route.abort())
    parent.write("while away")
    expect(parent.log.get_by_text("Not sent yet", exact=False)).to_be_visible()

    page.evaluate(
        """() => { const saved = JSON.parse(sessionStorage.getItem("ehc-chat"));
          saved.session = { token: "old", expires_at: "2020-01-01T00:00:00Z" };
          sessionStorage.setItem("ehc-chat", JSON.stringify(saved)); }"""
    )
    page.unroute("**/v1/messages")
    page.reload()
    parent.press("Start a new chat")

    parent.sees("You said: while away")


@pytest.mark.parametrize("status", [403, 404, 407])
def test_a_proxy_that_says_no_does_not_end_the_chat(
    page: Page, world: ChatWorld, status: int
) -> None:
    parent = Parent(page, world.page()).open()
    parent.ask("before")
    asked: list[Route] = []

    def refuse(route: Route) -> None:
        asked.append(route)
        route.fulfill(status=status, body="<h1>Blocked</h1>", content_type="text/html")

    page.route("**/v1/**", refuse)
    world.proxy.drop()
    parent.write("blocked")
    while len(asked) < 3:
        page.wait_for_timeout(100)
    expect(page.get_by_role("button", name="Start a new chat")).to_have_count(0)
    page.unroute("**/v1/**")

    parent.sees("You said: blocked")


@pytest.mark.short
def test_a_network_that_holds_streams_back_is_met_by_polls_after_one_try(
    page: Page, world: ChatWorld
) -> None:
    page.clock.install()
    held: list[Route] = []
    page.route("**/v1/events", lambda route: held.append(route))
    parent = Parent(page, world.page()).open()
    parent.write("Hello")
    expect(parent.log.locator(".from-parent.msg .meta")).to_contain_text("Sent")

    with page.expect_request(re.compile(r"/v1/messages\?after=")):
        page.clock.fast_forward("00:09")
        page.clock.fast_forward("00:01")

    parent.sees("You said: Hello")
    assert len(held) == 1


@pytest.mark.short
def test_a_page_that_nobody_sees_closes_its_stream_and_asks_once_a_minute(
    page: Page, world: ChatWorld
) -> None:
    page.clock.install()
    parent = Parent(page, world.page()).open()
    parent.ask("Hello")
    polls = []
    page.on("request", lambda one: polls.append(one.url) if "?after=" in one.url else None)
    look_away(page, is_hidden=True)

    with page.expect_event("requestfailed", lambda one: one.url.endswith("/v1/events")):
        page.clock.fast_forward("05:01")
    while not polls:
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)
    first = len(polls)
    with page.expect_request(re.compile(r"\?after=.*wait=0")):
        page.clock.fast_forward("01:01")
    with page.expect_request("**/v1/events"):
        look_away(page, is_hidden=False)

    assert first == 1
    expect(parent.panel.locator(".strip")).to_be_hidden()
    parent.ask("Back again")


def test_a_day_is_named_in_words_that_can_be_read_and_copied(page: Page, world: ChatWorld) -> None:
    parent = Parent(page, world.page()).open()
    parent.ask("Hello")
    yesterday = "new Date(Date.now() - 864e5).toISOString().slice(0, 19) + 'Z'"
    stamp = page.evaluate(yesterday)

    def answer(route: Route) -> None:
        document = route.fetch().json()
        for message in document["messages"]:
            message["at"] = stamp
        route.fulfill(body=json.dumps(document))

    page.route("**/v1/events", lambda route: route.abort())
    page.route("**/v1/messages?*", answer)
    page.reload()

    expect(parent.log.get_by_text("Yesterday", exact=True)).to_be_visible(timeout=20_000)
    page.unroute_all(behavior="ignoreErrors")
