"""A newcomer's whole road in a real browser, as the README tells it, and where it ends."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.journey import INVITATION_CODE, LINK, SECURITY_CODE, Parent

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 20_000
PASSWORD = "plum kettle harbour nineteen"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which(CHROMIUM), reason="needs the package chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


class PhonePage:
    """One phone on the simulator's page."""

    def __init__(self, page: Page, number: str) -> None:
        name = f"0{number[3:7]} {number[7:]}"
        self._box = page.get_by_label(f"Text from {name}")
        self.screen = page.get_by_role("log", name=f"Texts on {name}")

    def text(self, body: str, answer: str) -> None:
        """Text the service and wait for these words on the screen."""
        self._box.fill(body)
        self._box.press("Enter")
        expect(self.screen).to_contain_text(answer, timeout=PATIENCE_MS)


def chooses_password(page: Page) -> None:
    expect(page.locator("h1")).to_contain_text("password", timeout=PATIENCE_MS)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()


def test_a_newcomer_invites_texts_chooses_a_password_and_the_hub_opens(
    parent: Parent, browser: Browser
):
    context = browser.new_context(base_url=parent.product.url("SIMULATOR_PORT"))
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)

    page.goto("/invite")
    page.get_by_label("The parent’s email address").fill(parent.email)
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("status")).to_contain_text("was invited")

    page.get_by_role("link", name="Open the mailbox").click()
    mail = page.get_by_role("listitem").filter(has_text=f"To {parent.email}")
    mail.get_by_role("link").first.click()
    invitation = INVITATION_CODE.search(page.locator("main .text").inner_text())
    assert invitation, "no invitation code in the mail"

    page.goto("/phones")
    page.get_by_label("Add a phone").fill("0" + parent.number[3:])
    page.get_by_role("button", name="Add").click()
    phone = PhonePage(page, parent.number)
    phone.text("hi, I have an invitation", "invitation code")
    phone.text(invitation.group(), f"ending {parent.last_three}")
    phone.text("ok", "is your EHC Hub security code")
    expect(phone.screen).to_contain_text("type the 6 digits", timeout=PATIENCE_MS)
    code = re.search(SECURITY_CODE.pattern.lstrip("^"), phone.screen.inner_text())
    assert code, "no security code on the phone"
    phone.text(code.group(1), "verified")
    with page.expect_popup() as opened:
        phone.screen.get_by_role("link").last.click()
    hub = opened.value
    chooses_password(hub)

    expect(hub.locator("h1")).not_to_contain_text("password", timeout=PATIENCE_MS)
    expect(hub.get_by_text("Sign out")).to_be_visible()
    context.close()


def test_the_link_works_once(parent: Parent, browser: Browser):
    code = parent.asks_for_code()
    parent.hears("type the 6 digits")
    link = LINK.search(parent.says(code, "verified"))
    assert link
    first, second = browser.new_context().new_page(), browser.new_context().new_page()
    first.goto(link.group())
    chooses_password(first)

    second.goto(link.group())

    expect(second.locator("input[type=password]")).to_have_count(0)
