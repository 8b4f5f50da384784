"""From a link to a password: of an invitation, and of the assistant's chat."""

import re
from datetime import timedelta

import pytest

from hub.accounts import registrations, relay
from tests.hub.pages.conftest import PASSWORD, heading
from tests.hub.parts import read_invitation
from tests.hub.people import register


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


def ask(pages, page: str, email: str):
    return pages.post("/new-invitation", page=page, email=email)


def test_who_opens_an_expired_link_asks_for_a_new_one_there(
    pages, hub, invitation_link, clock, mails
) -> None:
    clock.pass_by(timedelta(hours=72))
    expired = pages.get(invitation_link)

    asked = ask(pages, "/register", "parent@example.com")
    while relay.sweep(hub):
        pass
    link = read_invitation(mails.all[-1]).link.removeprefix(hub.public_url)

    assert (expired.status_code, heading(expired)) == (410, "This link has expired")
    assert 'action="/new-invitation"' in expired.text
    assert heading(asked) == "Check your email"
    assert heading(pages.get(link)) == "Complete your registration"


def test_a_new_invitation_is_answered_alike_for_everyone(
    pages, hub, invitation_link, invite, texts, mails
) -> None:
    registered_too = register(hub, invite("done@example.com"))
    before = len(mails.all)
    answers = [
        ask(pages, "/new-invitation", email)
        for email in ("parent@example.com", "nobody@example.com", registered_too.email)
    ]
    while relay.sweep(hub):
        pass

    assert len({(answer.status_code, form_free(answer.text)) for answer in answers}) == 1
    assert [mail.to for mail in mails.all[before:]] == ["parent@example.com"]


def test_what_is_no_address_is_said_where_it_was_typed(pages) -> None:
    refused = ask(pages, "/new-invitation", "nonsense")

    assert refused.status_code == 422
    assert "Enter an email address, like name@example.com" in refused.text
    assert 'value="nonsense"' in refused.text


def test_a_link_that_never_worked_leads_to_the_same_form(pages) -> None:
    assert 'href="/new-invitation"' in pages.get("/register/unknown").text


def form_free(page: str) -> str:
    return re.sub(r'(nonce|value)="[^"]+"', "", page)
