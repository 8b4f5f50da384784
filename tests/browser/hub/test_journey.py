"""A parent who uses only the pages."""

import pytest

from tests.browser.hub import steps

pytestmark = pytest.mark.browser

NEW_PASSWORD = "seven quiet otters swimming"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_parent_registers_by_text_signs_out_in_and_resets_the_password(
    visit, hub, parent, scripts
):
    browser = visit(java_script_enabled=scripts)
    steps.registers_by_text(browser, hub, parent)
    steps.signs_out(browser)
    steps.signs_in_by_text(browser, hub, parent)
    steps.signs_out(browser)

    browser.clicks("Reset password")
    browser.arrives("Reset password")
    browser.types("Email address", parent.email)
    browser.clicks("Reset password")
    browser.arrives("Check your email")
    browser.goes_to(hub.mailbox.link(parent.email, "Reset your password"))
    browser.arrives("Get a security code to reset your password")
    before = len(hub.messaging.codes_to(parent.e164))
    browser.clicks("Send Code")
    browser.arrives("Enter the code from your text message to reset your password")
    steps.types_code(browser, hub.messaging.code_to(parent.e164, after=before))
    browser.arrives("Choose a new password")
    browser.types("Password", NEW_PASSWORD)
    browser.clicks("Reset password")
    browser.arrives(steps.SIGN_IN)
    browser.reads_note("You have a new password. Sign in with it.")

    parent.password = NEW_PASSWORD
    steps.signs_in_by_text(browser, hub, parent)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_parent_registers_by_app_signs_out_in_and_resets_the_password(
    visit, hub, parent, phone, scripts
):
    browser = visit(java_script_enabled=scripts)
    steps.opens_invitation(browser, hub, parent)
    steps.chooses_password(browser, parent)
    phone.scans(browser)
    steps.types_code(browser, phone.code())
    browser.arrives(steps.HOME)
    steps.signs_out(browser)
    steps.gives_password(browser, parent)
    browser.arrives("Enter the code from your app")
    steps.types_code(browser, phone.code())
    browser.arrives(steps.HOME)
    steps.signs_out(browser)

    browser.clicks("Reset password")
    browser.types("Email address", parent.email)
    browser.clicks("Reset password")
    browser.arrives("Check your email")
    browser.goes_to(hub.mailbox.link(parent.email, "Reset your password"))
    browser.arrives("Enter the code from your app to reset your password")
    steps.types_code(browser, phone.code())
    browser.arrives("Choose a new password")
    browser.types("Password", NEW_PASSWORD)
    browser.clicks("Reset password")
    browser.arrives(steps.SIGN_IN)

    parent.password = NEW_PASSWORD
    steps.gives_password(browser, parent)
    browser.arrives("Enter the code from your app")
    steps.types_code(browser, phone.code())
    browser.arrives(steps.HOME)
    assert hub.messaging.to(parent.e164) == []
