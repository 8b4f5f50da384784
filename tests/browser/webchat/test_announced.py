"""What is told besides messages: failures, and what happened while nobody looked."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.webchat import states
from tests.browser.webchat.parent import Parent, look_away
from tests.browser.webchat.world import ChatWorld

pytestmark = pytest.mark.browser

NOT_YET = "Not sent yet. It will go when you are connected."
QUICKLY = "You are sending messages quickly. This one will go in a moment."
REFUSED = "Not sent."
ENDED = "Not sent. If you start a new chat, it goes with it."


def answer_no(page: Page, status: int, problem: str) -> list[Route]:
    """Let every message be refused so, and return the refusals."""
    refused: list[Route] = []

    def refuse(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        refused.append(route)
        if not status:
            return route.abort()
        document = {"type": f"urn:ehc-hub:problem:{problem}"}
        return route.fulfill(status=status, body=json.dumps(document))

    page.route("**/v1/messages", refuse)
    return refused


@pytest.mark.short
@pytest.mark.parametrize(
    ("status", "problem", "words"),
    [
        (0, "", NOT_YET),
        (429, "too-many-messages", QUICKLY),
        (422, "message-too-long", REFUSED),
        (401, "session-expired", ENDED),
    ],
)
def test_a_message_that_does_not_go_is_said_once_and_is_in_view(
    page: Page, world: ChatWorld, status: int, problem: str, words: str
) -> None:
    parent = Parent(page, world.page()).open()
    parent.ask("long", "Line 1 of a long answer.")
    refused = answer_no(page, status, problem)
    parent.listen()

    parent.write("Hello")

    expect(parent.log.locator(".pending .meta").get_by_text(words)).to_be_in_viewport(ratio=1)
    parent.hears_aloud(words)
    if status in (0, 429):  # they are tried again
        while len(refused) < 3:
            page.wait_for_timeout(100)
    assert parent.spoken().count(words) == 1


def test_an_empty_security_code_is_said(parent: Parent) -> None:
    parent.open().ask("code", states.SENT)
    parent.listen()

    parent.page.get_by_role("textbox", name="Security code").press("Enter")

    parent.hears_aloud("Enter the code from your text message or app.")


@pytest.mark.short
def test_what_is_said_while_nobody_looks_is_told_and_shown_when_somebody_does(
    parent: Parent,
) -> None:
    asked: list[str] = []
    parent.page.on("request", lambda request: asked.append(request.url))
    parent.open().ask("Hello")
    parent.listen()
    look_away(parent.page, is_hidden=True)

    parent.write("app")
    parent.sees("Scan this code")
    parent.write("two")
    parent.sees("Second message.")
    heard_hidden = parent.spoken()
    asked_hidden = [url for url in asked if "/secrets/" in url]
    look_away(parent.page, is_hidden=False)

    expect(parent.page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    parent.hears_aloud("Assistant: Second message.")
    assert (heard_hidden, asked_hidden) == ([], [])
    assert len([one for one in parent.spoken() if "Scan this code" in one]) == 1


def test_a_secret_that_cannot_be_fetched_is_asked_for_until_it_can(
    page: Page, world: ChatWorld
) -> None:
    page.clock.install()
    parent = Parent(page, world.page()).open()
    page.route("**/v1/secrets/**", lambda route: route.abort())
    parent.ask("app", "Scan this code")

    for _ in range(6):
        page.clock.fast_forward("00:31")
    expect(parent.log.locator(".key")).to_have_text("(loading)")
    page.unroute("**/v1/secrets/**")
    page.clock.fast_forward("00:31")

    expect(parent.log.locator(".key")).to_have_text(re.compile("^JBSW"))


def test_an_empty_chat_is_described_by_its_greeting(parent: Parent) -> None:
    parent.open()
    expect(parent.panel).to_have_accessible_description(re.compile("^Hello. I am the automated"))

    parent.ask("Hello")

    expect(parent.panel).to_have_accessible_description("")
