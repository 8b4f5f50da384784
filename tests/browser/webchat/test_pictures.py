"""Pictures of every state at phone and desktop width, for the documentation.

Written only where `WEBCHAT_PICTURES` names a folder; the test then also sees that none is blank.
"""

import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.webchat.parent import Parent
from tests.browser.webchat.states import STATES, State
from tests.browser.webchat.test_accessibility import SIZES
from tests.browser.webchat.world import ChatWorld

FOLDER = os.environ.get("WEBCHAT_PICTURES")
COLOURS = 96
LEAST_BYTES, MOST_BYTES = 4_000, 100_000

pytestmark = pytest.mark.browser

if FOLDER is not None:

    @pytest.mark.parametrize("size", ["desktop", "phone"])
    @pytest.mark.parametrize("state", STATES)
    def test_a_picture_of_a_state(
        browser: Browser, world: ChatWorld, size: str, state: State
    ) -> None:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        parent = Parent(context.new_page(), world.page())
        state(parent, world)
        parent.page.wait_for_timeout(600)
        name = f"{size}-{state.__name__.replace('_', '-')}.png"
        picture = Path(FOLDER or "") / name

        parent.page.screenshot(path=picture)
        # A palette makes a third of the size of it, and nobody sees the difference.
        Image.open(picture).convert("RGB").quantize(COLOURS).save(picture, optimize=True)

        assert LEAST_BYTES < picture.stat().st_size < MOST_BYTES
        context.close()
        world.mend()
