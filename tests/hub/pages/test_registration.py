"""The end of the road on the pages: a link, a password, an open hub."""

import re

import pytest
from flask.testing import FlaskClient

from hub import settings as hub_settings
from hub.accounts import completion, number_proof, registrations, relay
from hub.accounts.hub import Hub
from hub.pages.app import create_pages
from tests.hub.parts import code_in, hand_over

PASSWORD = "correct horse battery staple"


@pytest.fixture
def browser(settings: hub_settings.Settings, hub: Hub) -> FlaskClient:
    client = create_pages(settings, hub).test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_REFERER"] = "https://localhost/"
    return client


@pytest.fixture
def continue_link(hub: Hub, invite, texts) -> str:
    begun = registrations.begin(hub, code=invite().code, conversation_id="sms-1")
    registrations.give_number(hub, begun.registration_id, typed="07700 900123")
    sent = number_proof.send_code(hub, begun.registration_id)
    hand_over(hub, sent.outgoing_id)
    number_proof.check_code(hub, begun.registration_id, typed=code_in(texts.all[-1]))
    url = completion.continue_link(hub, begun.registration_id).url
    return url.removeprefix(hub.public_url)


def form_token(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def choose(browser: FlaskClient, password: str):
    token = form_token(browser.get("/register").text)
    return browser.post("/register", data={"csrf_token": token, "password": password})


def test_the_link_of_the_chat_leads_to_a_password_and_the_open_hub(
    browser, continue_link, hub, mails
) -> None:
    opened = browser.get(continue_link)
    form = browser.get("/register")
    chosen = choose(browser, PASSWORD)
    home = browser.get("/")
    relay.sweep(hub)

    assert (opened.status_code, opened.headers["Location"]) == (303, "/register")
    assert "Choose a password" in form.text
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/")
    assert "The EHC Hub is open" in home.text
    assert mails.all[-1].subject == "Your registration with Staffordshire's EHC Hub is complete"


def test_the_link_works_once_and_then_says_so(browser, continue_link) -> None:
    browser.get(continue_link)
    choose(browser, PASSWORD)

    browser.get(continue_link)
    again = browser.get("/register")

    assert again.status_code == 410
    assert "Your registration is complete" in again.text


def test_scanners_that_open_the_link_change_nothing(browser, continue_link) -> None:
    for _ in range(50):
        assert browser.get(continue_link).status_code == 303
        assert browser.get("/register").status_code == 200
        assert browser.head(continue_link).status_code == 303

    assert choose(browser, PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("too short", "Your password must be 10 characters or more"),
        ("x" * 129, "Your password must be 128 characters or fewer"),
        ("password123", "Too many people use this password"),
        ("Staffordshire1", "This password is easy to guess"),
    ],
)
def test_a_password_that_is_refused_is_told_why_and_the_link_stays_good(
    browser, continue_link, password, told
) -> None:
    browser.get(continue_link)

    refused = choose(browser, password)

    assert refused.status_code == 422
    assert told in refused.text
    assert password not in refused.text
    assert choose(browser, PASSWORD).status_code == 303


def test_a_form_without_its_token_changes_nothing(browser, continue_link) -> None:
    browser.get(continue_link)

    refused = browser.post("/register", data={"password": PASSWORD})

    assert refused.status_code == 400
    assert "This page was open for too long" in refused.text
    assert choose(browser, PASSWORD).status_code == 303


def test_signing_out_ends_the_session(browser, continue_link) -> None:
    browser.get(continue_link)
    choose(browser, PASSWORD)
    token = form_token(browser.get("/").text)

    browser.post("/sign-out", data={"csrf_token": token})

    assert "You are not signed in" in browser.get("/").text


def test_pages_are_kept_nowhere_and_run_nothing_foreign(browser) -> None:
    page = browser.get("/")

    policy = page.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)[1]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert re.findall(r"<script(?! nonce)", page.text) == []
    assert f'nonce="{nonce}"' in page.text


def test_the_cookie_is_secure(browser, continue_link) -> None:
    cookie = browser.get(continue_link).headers["Set-Cookie"]

    assert cookie.startswith("__Host-hub=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie


def test_an_address_that_does_not_exist_is_told_kindly(browser) -> None:
    answer = browser.get("/metrics")

    assert answer.status_code == 404
    assert "Page not found" in answer.text


def test_the_invitation_link_is_looked_at_and_stays_good(browser, invite, hub) -> None:
    invitation = invite()
    path = invitation.link.removeprefix(hub.public_url)

    browser.get(path)
    page = browser.get("/register")

    assert page.status_code == 200
    assert registrations.begin(hub, code=invitation.code, conversation_id="sms-2")
