"""Pictures of every state at phone and desktop width, for the documentation.

Written only where `WEBCHAT_PICTURES` names a folder; the test then also sees that none is blank.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.webchat.parent import Parent
from tests.browser.webchat.test_accessibility import STATES
from tests.browser.webchat.world import ChatWorld

FOLDER = os.environ.get("WEBCHAT_PICTURES")
SIZES = {"desktop": (1280, 800), "phone": (390, 844), "zoomed": (320, 256)}
LEAST_BYTES = 5_000

pytestmark = pytest.mark.browser

if FOLDER is not None:

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("state", STATES)
    def test_a_picture_of_a_state(
        browser: Browser, world: ChatWorld, size: str, state: object
    ) -> None:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        parent = Parent(context.new_page(), world.page())
        state(parent)  # type: ignore[operator]
        parent.page.wait_for_timeout(600)
        picture = Path(FOLDER or "") / f"{size}-{state.__name__}.png"  # type: ignore[attr-defined]

        parent.page.screenshot(path=picture)

        assert picture.stat().st_size > LEAST_BYTES
        context.close()
