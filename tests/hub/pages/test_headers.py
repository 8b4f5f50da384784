"""What every answer of the pages carries."""

import re

import pytest


@pytest.mark.parametrize("path", ["/sign-in", "/guidance", "/nowhere", "/security"])
def test_pages_are_kept_nowhere_and_run_nothing_foreign(browser, path) -> None:
    page = browser.get(path)

    policy = page.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)[1]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Strict-Transport-Security"]
    inline = re.findall(r"<script((?![^>]* src=)[^>]*)>", page.text)
    assert set(inline) <= {f' nonce="{nonce}"'}
    assert " style=" not in page.text


def test_the_cookie_is_secure(browser, continue_link) -> None:
    cookie = browser.get(continue_link).headers["Set-Cookie"]

    assert cookie.startswith("__Host-hub=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie


def test_static_files_may_be_kept_and_are_the_right_kind(browser) -> None:
    with browser.get("/static/hub.css") as style, browser.get("/static/hub.js") as script:
        assert style.content_type.startswith("text/css")
        assert script.content_type.startswith("text/javascript")
        assert style.headers["Cache-Control"] == "public, max-age=3600"
