"""From a link to a password: of an invitation, and of the assistant's chat."""

import pytest

from hub.accounts import registrations, relay
from tests.hub.pages.conftest import PASSWORD, heading


def test_the_link_of_the_chat_leads_to_a_password_and_the_open_hub(
    browser, pages, continue_link, hub, mails
) -> None:
    opened = browser.get(continue_link)
    form = pages.get("/register")
    home = pages.post("/register", password=PASSWORD)
    relay.sweep(hub)

    assert (opened.status_code, opened.headers["Location"]) == (303, "/register")
    assert heading(form) == "Choose a password"
    assert heading(home) == "The EHC Hub is open"
    assert mails.all[-1].subject == "Your registration with Staffordshire's EHC Hub is complete"


def test_the_link_of_the_chat_works_once_and_then_says_so(
    pages, other_pages, continue_link
) -> None:
    pages.get(continue_link)
    pages.post("/register", password=PASSWORD)

    again = other_pages.get(continue_link)

    assert again.status_code == 410
    assert heading(again) == "Your registration is complete"
    assert 'href="/sign-in"' in again.text


@pytest.mark.parametrize("kind", ["continue_link", "invitation_link"])
def test_scanners_that_open_a_link_change_nothing(browser, pages, kind, request) -> None:
    link = request.getfixturevalue(kind)
    for _ in range(50):
        assert browser.get(link).status_code == 303
        assert browser.head(link).status_code == 303
        assert browser.get("/register").status_code == 200

    assert pages.post("/register", password=PASSWORD).status_code == 200


@pytest.mark.parametrize("kind", ["continue_link", "invitation_link"])
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
    pages, kind, request, password, told
) -> None:
    pages.get(request.getfixturevalue(kind))

    refused = pages.post("/register", password=password)

    assert refused.status_code == 422
    assert told in refused.text
    assert "<title>Error: " in refused.text
    assert password not in refused.text
    assert pages.post("/register", password=PASSWORD).status_code == 200


def test_the_invitation_link_leads_to_the_second_factor(pages, invitation_link) -> None:
    form = pages.get(invitation_link)
    next_step = pages.post("/register", password=PASSWORD)

    assert heading(form) == "Complete your registration"
    assert heading(next_step) == "Set up Two Factor Authentication"


def test_the_invitation_link_is_disabled_once_the_registration_is_complete(
    registered, other_pages, invitation_link
) -> None:
    again = other_pages.get(invitation_link)

    assert again.status_code == 410
    assert heading(again) == "Your registration is complete"


def test_looking_at_the_invitation_link_leaves_the_code_of_the_same_mail_good(
    pages, invite, hub
) -> None:
    invitation = invite()

    page = pages.get(invitation.link.removeprefix(hub.public_url))

    assert page.status_code == 200
    assert registrations.begin(hub, code=invitation.code, conversation_id="sms-2")


def test_a_link_that_a_newer_invitation_replaced_says_so(pages, invite, hub) -> None:
    old = invite("parent@example.com")
    invite("parent@example.com")

    page = pages.get(old.link.removeprefix(hub.public_url))

    assert page.status_code == 410
    assert heading(page) == "This link has expired"


@pytest.mark.parametrize("token", ["nonsense", "x" * 43, "%00", "ä"])
def test_a_link_that_was_never_ours_is_told_kindly(pages, token) -> None:
    page = pages.get(f"/register/{token}")

    assert page.status_code == 404
    assert heading(page) == "This link does not work"


def test_another_persons_link_in_the_same_browser_begins_anew(pages, invite, hub) -> None:
    pages.get(invite("one@example.com").link.removeprefix(hub.public_url))
    pages.post("/register", password=PASSWORD)

    other = pages.get(invite("two@example.com").link.removeprefix(hub.public_url))

    assert heading(other) == "Complete your registration"


def test_the_same_link_again_goes_on_where_it_was_left(pages, invitation_link) -> None:
    pages.get(invitation_link)
    pages.post("/register", password=PASSWORD)

    again = pages.get(invitation_link)

    assert heading(again) == "Set up Two Factor Authentication"
