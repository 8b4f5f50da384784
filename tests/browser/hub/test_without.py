"""Without JavaScript, without a mouse, without a database; and visitors that are not people."""

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from hub.accounts import totp
from tests.browser.hub import steps
from wire.clock import SystemClock

pytestmark = pytest.mark.browser

COOLDOWN_MS = 1_100
"""A little longer than this hub wants between two texts."""


def test_the_whole_way_works_without_javascript(visit, hub, parent):
    browser = visit(java_script_enabled=False)
    steps.opens_invitation(browser, hub, parent)
    assert not browser.runs_scripts()
    browser.types("Password", "short")
    browser.clicks("Continue")
    browser.arrives(
        "Complete your registration",
        fault="Your password must be 10 characters or more",
        status=422,
    )
    steps.chooses_password(browser, parent)
    steps.asks_for_text(browser, parent)
    browser.page.wait_for_timeout(COOLDOWN_MS)
    browser.clicks("Resend Code")
    browser.arrives("Check your phone")
    steps.types_code(browser, hub.messaging.code_to(parent.e164, after=1))
    browser.arrives(steps.HOME)

    browser.clicks("Get recovery codes")
    browser.arrives("Get recovery codes")
    browser.clicks("Show new recovery codes")
    browser.arrives("Your new recovery codes")
    expect(browser.page.get_by_role("button", name="Copy")).to_be_hidden()
    browser.clicks("Security settings")
    browser.arrives("Security settings")
    browser.clicks("Sign out everywhere")
    browser.clicks("Sign out everywhere")
    browser.arrives(steps.SIGN_IN)
    steps.signs_in_by_text(browser, hub, parent)


def test_the_whole_way_works_with_the_keyboard_alone(visit, hub, parent):
    browser = visit()
    browser.goes_to(hub.invite(parent.email))
    keyboard = browser.page.keyboard

    keyboard.press("Tab")
    expect(browser.page.get_by_role("link", name="Skip to main content")).to_be_focused()
    keyboard.press("Enter")
    keyboard.press("Tab")
    expect(browser.page.get_by_label("Password", exact=True)).to_be_focused()
    keyboard.type("short")
    keyboard.press("Enter")
    expect(browser.page.locator(".govuk-error-summary")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(browser.page.get_by_label("Password", exact=True)).to_be_focused()
    keyboard.type(parent.password)
    keyboard.press("Tab")
    expect(browser.page.get_by_role("button", name="Show password")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Enter")
    browser.arrives("Set up Two Factor Authentication")

    reaches(browser, "Use SMS instead of an app")
    keyboard.press("Enter")
    browser.arrives("Give your mobile telephone number")
    reaches(browser, "Mobile telephone number")
    keyboard.type(parent.number)
    keyboard.press("Enter")
    browser.arrives("Check your phone")
    reaches(browser, "Enter the 6 digit code")
    keyboard.type(hub.messaging.code_to(parent.e164))
    keyboard.press("Enter")
    browser.arrives(steps.HOME)

    reaches(browser, "Security settings", then="Enter")
    browser.arrives("Security settings")
    reaches(browser, "Set up authenticator app", then="Enter")
    browser.arrives("Set up an authenticator app")
    reaches(browser, "I cannot scan the QR code", then="Enter")
    secret = browser.page.locator("#setup-key").inner_text().replace(" ", "")
    step = totp.step_at(SystemClock().now())
    types(browser, "Enter the 6 digit code", totp.code_at(secret, step))
    browser.arrives("Security settings")
    reaches(browser, "Sign out", then="Space")
    browser.arrives(steps.SIGN_IN)

    reaches(browser, "Email address")
    keyboard.type(parent.email)
    types(browser, "Password", parent.password)
    browser.arrives("Enter the code from your app")
    types(browser, "Enter the 6 digit code", totp.code_at(secret, step + 1))  # each is good once
    browser.arrives(steps.HOME)
    reaches(browser, "Sign out", then="Space")
    browser.arrives(steps.SIGN_IN)

    reaches(browser, "Reset password", then="Enter")
    browser.arrives("Reset password")
    types(browser, "Email address", parent.email)
    browser.arrives("Check your email")
    browser.goes_to(hub.mailbox.link(parent.email, "Reset your password"))
    browser.arrives("Enter the code from your app to reset your password")
    sent = len(hub.messaging.codes_to(parent.e164))
    reaches(browser, "Use SMS instead of an app", then="Space")
    browser.arrives("Enter the code from your text message to reset your password")
    code = hub.messaging.code_to(parent.e164, after=sent)
    types(browser, "Enter the 6 digit code", code)
    browser.arrives("Choose a new password")
    types(browser, "Password", "seven quiet harbours")
    browser.arrives(steps.SIGN_IN)


FOCUSED = """() => {
    const focused = document.activeElement;
    return (focused.labels?.[0] ?? focused).textContent.trim().replace(/\\s+/g, " ");
}"""


def types(browser, label: str, text: str) -> None:
    """Go to a field with the keyboard, fill it in and send the form."""
    reaches(browser, label)
    browser.page.keyboard.type(text)
    browser.page.keyboard.press("Enter")


def reaches(browser, name: str, *, then: str | None = None) -> None:
    """Press Tab until what has this name is focused, see that it shows, and press a key there."""
    page = browser.page
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == name:
            shown = page.evaluate(
                "() => { const style = getComputedStyle(document.activeElement);"
                " return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; }"
            )
            assert shown, f"one does not see that {name} is focused"
            if then:
                page.keyboard.press(then)
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def test_a_mail_scanner_that_runs_scripts_changes_nothing(visit, hub, parent):
    link = hub.invite(parent.email)
    for _ in range(3):
        scanner = visit()
        scanner.goes_to(link)
        scanner.arrives("Complete your registration")
        for address in scanner.page.evaluate("Array.from(document.links, (link) => link.href)"):
            if address.startswith(hub.url):
                scanner.goes_to(address)

    browser = visit()
    browser.goes_to(link)
    browser.arrives("Complete your registration")
    steps.chooses_password(browser, parent)
    steps.asks_for_text(browser, parent)
    steps.types_code(browser, hub.messaging.code_to(parent.e164))
    browser.arrives(steps.HOME)


def test_a_mail_scanner_on_a_reset_link_sends_no_code_and_spends_nothing(visit, hub, parent):
    browser = visit()
    steps.registers_by_text(browser, hub, parent)
    browser.goes_to("/reset-password")
    browser.types("Email address", parent.email)
    browser.clicks("Reset password")
    browser.arrives("Check your email")
    link = hub.mailbox.link(parent.email, "Reset your password")
    before = len(hub.messaging.codes_to(parent.e164))

    scanner = visit()
    scanner.goes_to(link)
    scanner.arrives("Get a security code to reset your password")

    assert len(hub.messaging.codes_to(parent.e164)) == before
    browser.goes_to(link)
    browser.arrives("Get a security code to reset your password")


def test_a_database_that_takes_nothing_is_told_and_the_next_try_works(visit, hub, parent):
    browser = visit()
    browser.goes_to("/reset-password")
    with closing(sqlite3.connect(hub.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        browser.types("Email address", parent.email)
        button = browser.page.get_by_role("button", name="Reset password", exact=True)
        button.click(timeout=40_000)  # answered once the hub has waited long enough
        browser.arrives("Sorry, there is a problem with the EHC Hub", status=503)
        other.execute("ROLLBACK")

    browser.goes_to("/reset-password")
    browser.types("Email address", parent.email)
    browser.clicks("Reset password")
    browser.arrives("Check your email")
