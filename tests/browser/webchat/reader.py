"""A model of a screen reader (`@guidepup/virtual-screen-reader`) that runs inside the real page."""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.webchat import node

POLITE = "polite: "
"""How the reader marks what a live region says."""


def build(folder: Path) -> str:
    """Return the reader as one script, or skip the test naming the package it needs."""
    node.prepare()
    out = folder / "reader.js"
    node.run("npx", "esbuild", "tests/reader.ts", "--bundle", f"--outfile={out}")
    return out.read_text()


def start(page: Page, reader: str) -> None:
    """Let the reader read the chat from here on."""
    page.evaluate(reader)
    page.evaluate(
        """async () => { const root = document.querySelector("ehc-chat").shadowRoot;
          await window.reader.start({ container: root.querySelector(".root") }); }"""
    )


def spoken(page: Page) -> list[str]:
    """Return everything that the reader has said."""
    return list(page.evaluate("() => window.reader.spokenPhraseLog()"))


def announced(page: Page) -> list[str]:
    """Return what live regions have said."""
    phrases = spoken(page)
    return [one.removeprefix(POLITE) for one in phrases if one.startswith(POLITE)]
