"""A running chat and a real Chromium for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.webchat import reader as screen_reader
from tests.browser.webchat.parent import Parent
from tests.browser.webchat.world import CHROMIUM, ChatWorld

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser for the whole run."""
    if not Path(CHROMIUM).exists() and shutil.which(CHROMIUM) is None:
        pytest.skip("no Chromium: apt install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatWorld]:
    """The running processes, shared by tests that break nothing."""
    made = ChatWorld(tmp_path_factory.mktemp("webchat"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(autouse=True)
def _elsewhere(request: pytest.FixtureRequest) -> None:
    """Let every test be another household."""
    if "world" in request.fixturenames:
        request.getfixturevalue("world").forget_addresses()


@pytest.fixture
def fragile_world(tmp_path: Path) -> Iterator[ChatWorld]:
    """Running processes for one test that breaks them."""
    made = ChatWorld(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A screen reader as one script."""
    return screen_reader.build(tmp_path_factory.mktemp("reader"))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own."""
    made = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="Europe/London"
    )
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty page."""
    return context.new_page()


@pytest.fixture
def parent(page: Page, world: ChatWorld) -> Iterator[Parent]:
    """A parent on the demonstration page; whatever the console says fails the test."""
    arrived = Parent(page, world.page())
    yield arrived
    assert arrived.console == []
