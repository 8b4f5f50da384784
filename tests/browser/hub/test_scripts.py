"""What scripts add; nothing is out of reach without them."""

import pytest

from tests.browser.hub import steps

pytestmark = pytest.mark.browser


def test_recovery_codes_can_be_copied(visit, hub, parent):
    browser = visit(permissions=["clipboard-read", "clipboard-write"])
    steps.registers_by_text(browser, hub, parent)
    codes = steps.gets_recovery_codes(browser)

    browser.clicks("Copy")

    browser.reads("Copied.")
    assert browser.page.evaluate("navigator.clipboard.readText()") == "\n".join(codes)
