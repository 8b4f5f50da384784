"""Two Factor Authentication by an app, with Debian's own tools for an app."""

import re
import time
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.hub import steps
from tests.browser.hub.phone import STEP_S, code_of, require_tools, scan
from tests.browser.hub.visit import Visit

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def tools() -> None:
    require_tools()


def secret_on(visit: Visit) -> str:
    """Return the setup key, read by a person who opens the explanation."""
    visit.page.get_by_text("I cannot scan the QR code").click()
    shown = visit.page.locator("#setup-key")
    expect(shown).to_be_visible()
    text = shown.inner_text()
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", text)
    return text.replace(" ", "")


@pytest.mark.parametrize("scale", [1, 2])
def test_the_qr_code_on_the_screen_is_the_link_byte_for_byte(visit, hub, parent, tmp_path, scale):
    browser = visit(device_scale_factor=scale)
    steps.opens_invitation(browser, hub, parent)
    steps.chooses_password(browser, parent)

    scanned = scan(browser, tmp_path)

    link = browser.page.locator("a[href^='otpauth:']").get_attribute("href")
    assert scanned == link
    parts = urlsplit(scanned)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == f"/Staffordshire EHC Hub:{parent.email}"
    asked = parse_qs(parts.query)
    assert asked["secret"] == [secret_on(browser)]
    assert asked["issuer"] == ["Staffordshire EHC Hub"]


def test_a_parent_registers_with_an_app_and_signs_in_with_it(visit, hub, parent):
    browser = visit()
    steps.opens_invitation(browser, hub, parent)
    steps.chooses_password(browser, parent)
    secret = secret_on(browser)
    steps.types_code(browser, code_of(secret))
    browser.arrives(steps.HOME)
    steps.signs_out(browser)

    steps.gives_password(browser, parent)
    browser.arrives("Enter the code from your app")
    steps.types_code(browser, code_of(secret, at_s=time.time() + STEP_S))  # each code is good once

    browser.arrives(steps.HOME)
    assert hub.messaging.to(parent.e164) == []


def test_the_qr_code_stays_the_same_after_a_wrong_code_and_a_reload(visit, hub, parent, tmp_path):
    browser = visit()
    steps.opens_invitation(browser, hub, parent)
    steps.chooses_password(browser, parent)
    first = scan(browser, tmp_path)
    right = code_of(parse_qs(urlsplit(first).query)["secret"][0])

    steps.types_code(browser, f"{(int(right) + 1) % 1_000_000:06d}")

    browser.arrives(
        "Set up Two Factor Authentication",
        fault="Enter a correct security code. You have 4 tries left",
        status=422,
    )
    assert scan(browser, tmp_path) == first
    browser.goes_to("/register/two-factor")
    assert scan(browser, tmp_path) == first


def test_an_app_is_added_and_the_number_removed_then_the_hub_asks_for_the_app(visit, hub, parent):
    browser = visit()
    steps.registers_by_text(browser, hub, parent)
    browser.clicks("Security settings")
    browser.arrives("Security settings")
    browser.clicks("Set up authenticator app")
    browser.arrives("Set up an authenticator app")
    secret = secret_on(browser)
    steps.types_code(browser, code_of(secret))
    browser.arrives("Security settings")
    browser.reads_note("Your authenticator app is set up.")

    browser.clicks("Remove mobile number")
    browser.arrives("Remove your mobile number")
    browser.clicks("Remove the mobile number")
    browser.arrives("Security settings")
    steps.signs_out(browser)

    steps.gives_password(browser, parent)
    browser.arrives("Enter the code from your app")
    browser.does_not_read("Use SMS instead of an app")


def test_an_app_beside_a_number_is_removed(visit, hub, parent):
    browser = visit()
    steps.registers_by_text(browser, hub, parent)
    browser.goes_to("/security/app")
    steps.types_code(browser, code_of(secret_on(browser)))
    browser.arrives("Security settings")

    browser.clicks("Remove authenticator app")
    browser.arrives("Remove your authenticator app")
    browser.clicks("Remove the app")

    browser.arrives("Security settings")
    browser.reads_note("Your authenticator app is removed.")
