"""A person takes over, through every real process: Rasa, actions, edge, workers, mail both ways.

The person works at the simulator's mailbox page, with its reply button. Pictures of what both sides
see are written where `HANDOFF_PICTURES` names a folder.
"""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.webchat.parent import Parent as ChatParent
from tests.browser.webchat.world import CHROMIUM
from tests.e2e.journey import PATIENCE_S, Parent
from tests.e2e.running import RunningProduct
from tests.standins import plain
from tests.standins.simulated import SimulatorCarrier

pytestmark = pytest.mark.e2e

TO = "helpdesk@council.example"
REFERENCE = re.compile(r"EHC-[0-9A-Z]{6}")
PICTURES = os.environ.get("HANDOFF_PICTURES")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium: apt install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


def picture(page: Page, name: str) -> None:
    """Keep a picture, where somebody wants to see it."""
    if PICTURES is not None:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def ticket(carrier: SimulatorCarrier, reference: str, *, posts: int = 1) -> list[dict[str, object]]:
    """Return the mails of a case once there are so many."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        mails = [m for m in carrier.mails(TO) if reference in str(m["subject"])]
        if len(mails) >= posts or time.monotonic() > deadline:
            assert len(mails) >= posts, f"{len(mails)} mails of {reference}"
            return mails
        time.sleep(0.2)


def answer(product: RunningProduct, mail: dict[str, object], text: str) -> None:
    """Press the reply button below a mail."""
    address = product.url("SIMULATOR_PORT", f"/mailbox/{mail['id']}/reply")
    assert plain.post(address, data={"text": text}).status_code == 303


def test_by_text_a_person_takes_over_from_the_middle_of_a_form_and_hands_back(
    product: RunningProduct, carrier: SimulatorCarrier, parent: Parent, browser: Browser
) -> None:
    parent.begins()
    offer = parent.says("can i talk to a real person please", "Reply 1")
    passed_on = parent.says("1", "passing this to")
    reference = REFERENCE.search(passed_on)
    assert reference, passed_on
    (mail,) = ticket(carrier, reference.group())
    answer(product, mail, "Hello, I am looking at it.")
    reply = parent.hears("I am looking at it")
    parent.phone.text("thank you, and my code is 482913")
    _, second = ticket(carrier, reference.group(), posts=2)
    answer(product, second, "All is well again.\nback to assistant")
    back = parent.hears("handed you back")
    again = parent.says("where was i", "")
    page = browser.new_page(viewport={"width": 560, "height": 1000})
    page.goto(product.url("SIMULATOR_PORT", "/phones"))
    phone = page.locator(f"#phone-{parent.number[1:]}")
    expect(phone).to_contain_text("The helpdesk: Hello, I am looking at it.")
    if PICTURES is not None:
        # The whole of it, not only what a phone shows at once.
        phone.locator(".screen").evaluate("screen => { screen.style.height = 'auto'; }")
        phone.screenshot(path=Path(PICTURES) / "handoff-phone.png")
    page.close()

    assert f"ending {parent.last_three}" in offer
    assert "codes and passwords hidden" in offer
    assert parent.number in str(mail["text"])
    assert "Verified: no" in str(mail["text"])
    assert "Step: registration number" in str(mail["text"])
    assert reply.startswith("The helpdesk: ")
    assert "482913" not in str(second["text"])
    assert "All is well again" not in back
    assert again


def test_in_the_web_chat_a_person_answers_by_name_and_the_assistant_is_silent(
    product: RunningProduct, carrier: SimulatorCarrier, browser: Browser
) -> None:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    chat = ChatParent(context.new_page(), product.url("EDGE_PORT", "/webchat/demo"))
    chat.open()
    chat.write("I want to talk to a person")
    chat.hears("Reply 1 to pass it on")
    picture(chat.page, "chat-offer")
    chat.page.get_by_role("button", name="Yes, pass it on").click()
    chat.hears("passing this to")
    reference = REFERENCE.search(" ".join(chat.said()))
    assert reference
    (mail,) = ticket(carrier, reference.group())
    desk = context.new_page()
    desk.goto(product.url("SIMULATOR_PORT", f"/mailbox/{mail['id']}"))
    desk.get_by_text("Reply", exact=True).click()
    desk.get_by_label(re.compile("^Your reply to")).fill("Hello, this is the helpdesk.")
    picture(desk, "mailbox-ticket")
    desk.get_by_role("button", name="Send the reply").click()
    expect(chat.log).to_contain_text("Hello, this is the helpdesk.", timeout=20_000)
    before = len(chat.said())
    chat.write("thank you, it is sorted")
    _, second = ticket(carrier, reference.group(), posts=2)
    picture(chat.page, "chat-person")
    silent = chat.said()[before + 1 :]
    link = re.search(r"/helpdesk/conversations/\S+", str(second["text"]))
    assert link
    desk.goto(product.url("EDGE_PORT", link.group()))
    expect(desk.get_by_role("heading", level=1)).to_contain_text(reference.group())
    expect(desk.locator("ol")).to_contain_text("thank you, it is sorted")
    picture(desk, "live-conversation")
    answer(product, second, "resolve")
    expect(chat.log).to_contain_text("has closed this", timeout=20_000)
    picture(chat.page, "chat-closed")

    assert silent == []
    assert "phone" not in str(mail["text"]).casefold().replace("phone number", "")
    context.close()
