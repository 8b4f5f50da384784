"""The end of the road, in a real browser: the link from the text, a password, and the hub opens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.journey import LINK, Parent

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


def test_the_hub_opens_after_the_password_is_chosen(parent: Parent, browser: Browser):
    code = parent.asks_for_code()
    parent.hears("type the 6 digits")
    link = LINK.search(parent.says(code, "verified"))
    assert link
    page = browser.new_page()

    page.goto(link.group())
    for field in page.locator("input[type=password]").all():
        field.fill("plum kettle harbour nineteen")
    page.locator("main button[type=submit]").first.click()

    expect(page.locator("h1")).not_to_contain_text("password")
    expect(
        page.get_by_role("button", name="Sign out").or_(page.get_by_text("Sign out"))
    ).to_be_visible()
    page.close()


def test_the_link_works_once(parent: Parent, browser: Browser):
    code = parent.asks_for_code()
    parent.hears("type the 6 digits")
    link = LINK.search(parent.says(code, "verified"))
    assert link
    first, second = browser.new_context().new_page(), browser.new_context().new_page()
    first.goto(link.group())
    for field in first.locator("input[type=password]").all():
        field.fill("plum kettle harbour nineteen")
    first.locator("main button[type=submit]").first.click()

    second.goto(link.group())

    expect(second.locator("input[type=password]")).to_have_count(0)
