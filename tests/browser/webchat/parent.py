"""A parent at the browser: what one does, and what one sees."""

import re
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, expect


class Parent:
    """Acts on the chat as people do: by names, labels and keys."""

    def __init__(self, page: Page, url: str) -> None:
        """Go to the page."""
        self.page = page
        self.console: list[str] = []
        self.url = url
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.goto(url)
        expect(self.launcher).to_be_visible()

    @property
    def launcher(self) -> Locator:
        """The button that opens the chat."""
        return self.page.get_by_role("button", name=re.compile("^Chat with us"))

    @property
    def panel(self) -> Locator:
        """The open chat."""
        return self.page.get_by_role("dialog", name="EHC Hub help")

    @property
    def field(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_role("textbox", name="Your message")

    @property
    def log(self) -> Locator:
        """The conversation."""
        return self.page.get_by_role("log")

    def open(self) -> "Parent":
        """Open the chat."""
        self.launcher.click()
        expect(self.panel).to_be_visible()
        return self

    def write(self, text: str) -> None:
        """Write a message and send it."""
        self.field.fill(text)
        self.field.press("Enter")

    def ask(self, text: str, answer: str | None = None) -> None:
        """Write a message and wait for the answer to it."""
        self.write(text)
        self.sees(answer or f"You said: {text}")

    def sees(self, text: str) -> None:
        """Wait until the words stand in the conversation, once."""
        expect(self.log.locator(".msg .bubble").filter(has_text=text)).to_have_count(1)

    def hears(self, words: str) -> None:
        """Wait until the newest message of the assistant holds these words."""
        newest = self.log.locator(".msg").last
        expect(newest).to_have_class(re.compile("from-(assistant|service)"), timeout=20_000)
        expect(newest.locator(".bubble")).to_contain_text(words, timeout=20_000)

    def said(self) -> list[str]:
        """Return every message, oldest first."""
        return [text.strip() for text in self.log.locator(".msg .bubble").all_inner_texts()]

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name).click()

    def focused(self) -> str:
        """Return what has the focus: inside the chat, or on the page."""
        return str(
            self.page.evaluate(
                """() => {
                  let at = document.activeElement;
                  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                  if (!at) return "";
                  const label = at.labels?.[0]?.textContent;
                  return at.getAttribute("aria-label") || label || at.textContent.trim();
                }"""
            )
        )

    def storage(self) -> Any:
        """Return everything that the page has stored."""
        return self.page.evaluate(
            "() => ({session: {...sessionStorage}, local: {...localStorage},"
            " cookies: document.cookie})"
        )

    def spoken(self) -> list[str]:
        """Return what the live regions have been given since `listen`."""
        return list(self.page.evaluate("() => window.spoken"))

    def hears_aloud(self, words: str) -> None:
        """Wait until live regions have been given these words, since `listen`."""
        self.page.wait_for_function("words => window.spoken.includes(words)", arg=words)

    def listen(self) -> None:
        """Note what is put into live regions from now on."""
        self.page.evaluate(
            """() => {
              window.spoken = [];
              window.tongues = [];
              const root = document.querySelector("ehc-chat").shadowRoot;
              for (const region of root.querySelectorAll('[aria-live="polite"]')) {
                new MutationObserver((changes) => {
                  for (const { addedNodes } of changes)
                    for (const node of addedNodes) {
                      window.spoken.push(node.textContent);
                      window.tongues.push(node.querySelector("[lang]")?.lang);
                    }
                }).observe(region, { childList: true, subtree: true, characterData: true });
              }
            }"""
        )

    def _note(self, message: ConsoleMessage) -> None:
        # A connection that a test has cut is told by the browser itself.
        if "net::ERR_" not in message.text:
            self.console.append(message.text)


def look_away(page: Page, *, is_hidden: bool) -> None:
    """Put another tab before this one, or this one before the others."""
    page.evaluate(
        """(isHidden) => {
          Object.defineProperty(document, "hidden", { configurable: true, value: isHidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )
