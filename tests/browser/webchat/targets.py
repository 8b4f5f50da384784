"""How large what can be pressed is."""

from playwright.sync_api import Page

LEAST_PX, MAIN_PX = 24, 44
EVERYTHING = "a, button, input, textarea, label.check, fieldset label"
MAIN = (
    ".launcher, .round, .person, .main, .plain, .choice, .send, .to-new, .item, .check, .app-link,"
    " .code-entry button, .code-entry input, textarea"
)


def too_small(page: Page) -> list[str]:
    """Return what is smaller than WCAG 2.2 asks of everything, or we of what matters most."""
    found = page.evaluate(
        """([selectors]) => selectors.flatMap(([selector, least]) =>
          [...document.querySelector("ehc-chat").shadowRoot.querySelectorAll(selector)]
            .filter((one) => one.getClientRects().length)
            .map((one) => [one, one.getBoundingClientRect()])
            .filter(([, box]) => Math.min(box.width, box.height) < least - 0.01)
            .map(([one, box]) => `${one.textContent || one.ariaLabel || one.localName} `
              + `${box.width}x${box.height}`))""",
        [[[EVERYTHING, LEAST_PX], [MAIN, MAIN_PX]]],
    )
    return list(found)
