"""A person in a browser; every page they arrive at is checked before they go on."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final

import html5lib
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Response, expect

WIDTHS: Final = {"phone": 390, "narrow": 320, "zoomed": 320}
HEIGHTS: Final = {"phone": 844, "narrow": 640, "zoomed": 256}
"""`zoomed` is what a window of 1280 by 1024 is at 400 %."""

PLACE_OF: Final[dict[str, str]] = {}
"""Which path each title belongs to, over all tests: no two pages have the same one."""

CHECKED: Final[set[str]] = set()
"""Every page by what it is made of: one that is built alike was looked at closely before."""

MADE_OF: Final = """() => [document.title, ...Array.from(
    document.querySelectorAll("*"), (part) => `${part.localName}.${part.className}.${part.id}`
)].join()"""

SCRIPT: Final = re.compile("<script.*?</script>", re.DOTALL)
AXE: Final = Axe()


class Visit:
    """One browser of one person."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._document: Response | None = None
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._keep)

    def goes_to(self, address: str) -> None:
        """Open an address."""
        self.page.goto(address)

    def types(self, label: str, text: str) -> None:
        """Type into a field."""
        self.page.get_by_label(label, exact=True).fill(text)

    def clicks(self, name: str) -> None:
        """Click a button or link that says exactly this."""
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True)
        button.or_(link).first.click()

    def reads(self, words: str) -> None:
        """See these words in the page's main part."""
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def reads_note(self, words: str) -> None:
        """See these words in the banner that tells what was done."""
        expect(self.page.get_by_role("alert")).to_contain_text(words)

    def does_not_read(self, words: str) -> None:
        """Not see these words anywhere."""
        expect(self.page.locator("body")).not_to_contain_text(words)

    def main_text(self) -> str:
        """Return what the page's main part says."""
        return self.page.get_by_role("main").inner_text()

    def arrives(self, heading: str, *, fault: str | None = None, status: int | None = None) -> None:
        """Be on the page with this heading; nothing about it is wrong."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        self._has_its_own_title(heading, has_fault=fault is not None)
        if fault is not None or status in {None, HTTPStatus.OK}:  # an error stands anywhere
            self._is_where_it_was(heading)
        self._tells_fault(fault)
        if status is not None:
            assert self._document is not None
            assert self._document.status == status
        made_of = f"{self.runs_scripts()} {self.page.evaluate(MADE_OF)}"
        if made_of not in CHECKED:
            self._is_valid()
            self._fits()
            self._is_accessible(heading)
            self._is_photographed(heading, fault)
            CHECKED.add(made_of)
        assert self.complaints == []

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that says no has a status that says so; Chromium mentions it as an error.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _keep(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.status not in range(300, 400):
            self._document = response

    def _has_its_own_title(self, heading: str, *, has_fault: bool) -> None:
        title = self.page.title()
        wanted = f"{heading} - Staffordshire EHC Hub"
        assert title == (f"Error: {wanted}" if has_fault else wanted)

    def _is_where_it_was(self, heading: str) -> None:
        path = re.sub(r"^https?://[^/]+", "", self.page.url)
        assert PLACE_OF.setdefault(heading, path) == path or path in {"/nowhere", "/register"}

    def _tells_fault(self, fault: str | None) -> None:
        summary = self.page.locator(".govuk-error-summary")
        if fault is None:
            expect(summary).to_have_count(0)
            return
        link = summary.get_by_role("link")
        expect(link).to_have_text(fault)
        field = self.page.locator(link.get_attribute("href") or "")
        expect(field).to_have_attribute("aria-describedby", re.compile("-error$"))
        expect(self.page.locator(".govuk-error-message")).to_contain_text(fault)
        if self.runs_scripts():
            expect(summary).to_be_focused()

    def runs_scripts(self) -> bool:
        """Tell whether this browser runs the page's scripts."""
        return "js-enabled" in (self.page.locator("body").get_attribute("class") or "")

    def _is_valid(self) -> None:
        assert self._document is not None
        html5lib.HTMLParser(strict=True).parse(self._document.text())

    def _fits(self) -> None:
        before = self.page.viewport_size
        for name in ("narrow", "zoomed"):
            self.page.set_viewport_size({"width": WIDTHS[name], "height": HEIGHTS[name]})
            width = self.page.evaluate("document.scrollingElement.scrollWidth")
            assert width <= WIDTHS[name], f"{self.page.url} is {width} px wide at {name}"
        if before is not None:
            self.page.set_viewport_size(before)

    def _is_accessible(self, heading: str) -> None:
        with self._with_scripts() as page:
            found = AXE.run(page)
        assert found.violations_count == 0, f"{heading}: {found.generate_report()}"

    @contextmanager
    def _with_scripts(self) -> Iterator[Page]:
        """Give axe a browser in which it can run; without scripts, a copy of what is seen."""
        if self.runs_scripts():
            yield self.page
            return
        seen = SCRIPT.sub("", self.page.content())
        assert self.page.context.browser is not None
        with self.page.context.browser.new_context() as context:
            copy = context.new_page()
            copy.route(
                self.page.url, lambda route: route.fulfill(body=seen, content_type="text/html")
            )
            copy.goto(self.page.url)
            yield copy

    def _is_photographed(self, heading: str, fault: str | None) -> None:
        folder = os.environ.get("HUB_SCREENSHOTS")
        if not folder:
            return
        name = re.sub(r"\W+", "-", f"{heading} {fault or ''}").strip("-").lower()[:80]
        before = self.page.viewport_size
        self.page.screenshot(path=Path(folder) / f"{name}.desktop.png", full_page=True)
        self.page.set_viewport_size({"width": WIDTHS["phone"], "height": HEIGHTS["phone"]})
        self.page.screenshot(path=Path(folder) / f"{name}.phone.png", full_page=True)
        if before is not None:
            self.page.set_viewport_size(before)
