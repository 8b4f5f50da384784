"""What is told when something should not have happened; never a bare error, never a cause."""

import json
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from hub.accounts import invitations, relay, sign_in
from hub.accounts.errors import NotFound
from hub.pages.app import create_pages
from tests.hub.pages.conftest import PASSWORD, heading


def test_an_address_that_does_not_exist_is_told_kindly(pages) -> None:
    answer = pages.get("/metrics")

    assert answer.status_code == 404
    assert heading(answer) == "Page not found"


def test_a_method_that_does_not_fit_is_told_kindly_and_by_header(browser) -> None:
    answer = browser.get("/sign-out")

    assert answer.status_code == 405
    assert heading(answer) == "This page cannot be opened like that"
    assert "POST" in answer.headers["Allow"]


def test_a_form_without_its_token_changes_nothing(browser, pages, continue_link) -> None:
    pages.get(continue_link)

    refused = browser.post("/register", data={"password": PASSWORD})

    assert refused.status_code == 400
    assert heading(refused) == "This page was open for too long"
    assert heading(pages.post("/register", password=PASSWORD)) == "The EHC Hub is open"


def test_a_form_from_another_site_changes_nothing(browser, pages, continue_link) -> None:
    page = pages.get(continue_link)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]

    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303)):
        answer = browser.post(
            "/register",
            data={"password": PASSWORD, "csrf_token": token},
            headers={"Sec-Fetch-Site": site},
        )

        assert answer.status_code == status


def test_a_form_that_is_far_too_large_is_refused(browser) -> None:
    answer = browser.post("/sign-in", data={"email": "x" * 17_000})

    assert answer.status_code == 413
    assert heading(answer) == "You entered too much"


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (RuntimeError("canary-9137"), 500),
        (OperationalError("SELECT canary-9137", {}, Exception("canary-9137")), 503),
    ],
)
def test_what_nobody_foresaw_is_told_without_its_cause(
    pages, monkeypatch, capsys, raised, status
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise raised

    monkeypatch.setattr(sign_in, "begin", fail)

    answer = pages.post("/sign-in", email="parent@example.com", password=PASSWORD)

    assert answer.status_code == status
    assert heading(answer) == "Sorry, there is a problem with the EHC Hub"
    assert "canary-9137" not in answer.text + str(capsys.readouterr())
    assert answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_answer_that_came_out_of_turn_is_words_and_not_a_failure(pages, monkeypatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise NotFound

    monkeypatch.setattr(sign_in, "begin", refuse)

    answer = pages.post("/sign-in", email="parent@example.com", password=PASSWORD)

    assert answer.status_code == 422
    assert heading(answer) == "You cannot do this now"


@pytest.mark.parametrize(
    "contact",
    [
        {},
        {"phone": "01785 000000"},
        {"email": "help@example.gov.uk"},
        {"hours": "Monday to Friday, 9am to 5pm"},
        {"phone": "01785 000000", "email": "help@example.gov.uk", "hours": "9am to 5pm"},
    ],
    ids=lambda contact: "+".join(contact) or "nothing",
)
def test_pages_and_mails_show_what_is_configured_and_invent_nothing(
    hub, settings, contact, mails
) -> None:

    configured = replace(hub, contact=contact)
    invitations.invite(configured, email="parent@example.com", actor="test")
    relay.sweep(configured)
    page = create_pages(settings, configured).test_client().get("/guidance").text
    mail = mails.all[-1]

    for written in (page, mail.plain, mail.html):
        for value in contact.values():
            assert value in written
        if not contact:
            assert "helpdesk" not in written.lower()
    assert "None" not in mail.plain + mail.html


def test_the_health_pages_stay_for_machines(browser) -> None:
    assert json.loads(browser.get("/healthz").text) == {"status": "alive"}
    assert json.loads(browser.get("/readyz").text)["status"] == "ready"
