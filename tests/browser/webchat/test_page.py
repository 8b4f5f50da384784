"""The chat on other people's pages: strict policies, hostile styles, pages that are not ours."""

import base64
import hashlib
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from tests.browser.webchat.parent import Parent
from tests.browser.webchat.world import ChatWorld
from webhooks.chat.site import STATIC

pytestmark = pytest.mark.browser

HOSTILE_STYLE = """
* { all: unset !important; display: none !important; color: red !important; }
html { font-size: 4px !important; }
html, body { display: block !important; }
ehc-chat { display: none !important; position: static !important; opacity: 0 !important;
  transform: scale(0.1) !important; font-size: 1px !important; visibility: hidden !important; }
ehc-chat * { display: none !important; }
button, input, textarea, p, div { height: 1px !important; font: 3px serif !important; }
"""


class _Site:
    """A page of another origin that holds the script tag."""

    def __init__(self, body: bytes, policy: str, port: int = 0) -> None:
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: object) -> None:
                """Stay quiet."""

            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def stranger(world: ChatWorld) -> Iterator[str]:
    """A page that the council has not allowed."""
    script = world.page("/webchat/ehc-chat.js")
    body = f'<!doctype html><html lang="en"><title>x</title><script src="{script}"></script>'
    site = _Site(body.encode(), "default-src *")
    yield site.url
    site.stop()


@pytest.fixture
def council(world: ChatWorld) -> Iterator[str]:
    """A council's own page: another origin than the edge's, a strict policy, a checksum."""
    edge = world.page("")
    digest = base64.b64encode(hashlib.sha384((STATIC / "ehc-chat.js").read_bytes()).digest())
    body = (
        '<!doctype html><html lang="en"><head><title>Local Offer</title>'
        f'<script src="{edge}/webchat/ehc-chat.js" integrity="sha384-{digest.decode()}"'
        ' crossorigin="anonymous" async></script></head>'
        "<body><main><h1>Local Offer</h1></main></body></html>"
    )
    policy = (
        f"default-src 'none'; script-src {edge}; connect-src {edge}; style-src 'self';"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    )
    site = _Site(body.encode(), policy, world.council_port)
    yield site.url
    site.stop()


@pytest.mark.short
def test_a_councils_page_of_another_origin_holds_the_whole_chat(page: Page, council: str) -> None:
    parent = Parent(page, council).open()

    parent.ask("app", "Scan this code")
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    parent.ask("buttons", "How do you want to get your codes?")
    parent.press("Use an app")
    parent.sees("You said by button: choose_app")
    page.reload()
    parent.sees("You said by button: choose_app")
    parent.ask("And again")

    # Nothing but what every browser asks of every site by itself.
    assert [one for one in parent.console if "favicon" not in one] == []


@pytest.mark.short
def test_the_strictest_policy_leaves_the_console_clean(parent: Parent) -> None:
    policy = parent.page.request.get(parent.url).headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy

    parent.open().ask("app", "Scan this code")
    parent.ask("code", "A security code is on its way")
    parent.ask("buttons", "How do you want to get your codes?")
    parent.press("More")
    parent.page.get_by_label("Large", exact=True).check()
    parent.press("Close chat")

    assert parent.console == []


@pytest.mark.short
def test_hostile_styles_of_the_page_do_not_reach_the_chat(parent: Parent) -> None:
    parent.page.evaluate(
        """(text) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text);
          document.adoptedStyleSheets = [sheet]; }""",
        HOSTILE_STYLE,
    )

    parent.open().ask("Hello")

    sizes = parent.page.evaluate(
        """() => { const root = document.querySelector("ehc-chat").shadowRoot;
          const look = getComputedStyle(root.querySelector(".bubble"));
          const host = getComputedStyle(document.querySelector("ehc-chat"));
          return [look.fontSize, look.color, host.opacity, host.visibility, host.transform]; }"""
    )
    assert sizes == ["16px", "rgb(22, 38, 43)", "1", "visible", "none"]
    box = parent.panel.bounding_box()
    assert box is not None
    assert box["width"] > 380


def test_a_theme_reaches_the_chat_by_custom_properties(parent: Parent) -> None:
    parent.page.evaluate(
        "document.documentElement.style.setProperty('--ehc-chat-colour', 'rgb(90, 0, 90)')"
    )

    parent.open()

    head = parent.panel.locator(".head")
    expect(head).to_have_css("background-color", "rgb(90, 0, 90)")


@pytest.mark.short
def test_a_page_that_is_not_ours_gets_an_honest_sentence(page: Page, stranger: str) -> None:
    page.goto(stranger)
    page.get_by_role("button", name=re.compile("Chat with us")).click()

    page.get_by_role("textbox", name="Your message").fill("Hello")
    page.keyboard.press("Enter")

    told = page.get_by_text(re.compile("Not sent|not available on this page"))
    expect(told.first).to_be_visible()


def test_words_and_language_come_from_attributes(page: Page, world: ChatWorld) -> None:
    page.route(
        "**/webchat/demo",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text().replace(
                "async></script>", 'async data-text-launcher="Ask us" data-side="start"></script>'
            ),
        ),
    )
    page.goto(world.page())

    launcher = page.get_by_role("button", name="Ask us")

    box = launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100


def test_a_link_of_the_page_opens_the_chat(parent: Parent) -> None:
    parent.page.get_by_role("link", name="Chat with us").click()

    expect(parent.panel).to_be_visible()
    assert parent.focused() == "Your message"
