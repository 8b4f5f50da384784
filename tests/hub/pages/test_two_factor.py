"""The second factor of a registration, in whatever order a person opens the pages."""

from datetime import timedelta

import pytest

from hub.accounts import totp
from tests.hub.pages.conftest import NUMBER, PASSWORD, heading
from tests.hub.parts import code_in

APP = "Set up Two Factor Authentication"
CODE = "Check your phone"
HOME = "The EHC Hub is open"


@pytest.fixture
def chosen(pages, invitation_link):
    """A browser whose parent has chosen a password."""
    pages.get(invitation_link)
    pages.post("/register", password=PASSWORD)
    return pages


@pytest.fixture
def sent(chosen):
    """A browser whose parent was sent a code."""
    chosen.post("/register/number", number=NUMBER)
    return chosen


def app_code(page: str, clock) -> str:
    shown = page.split('id="setup-key">')[1].split("<")[0].replace(" ", "")
    return totp.code_at(shown, totp.step_at(clock.now()))


def test_an_app_opens_the_hub(chosen, clock) -> None:
    page = chosen.get("/register/two-factor")

    home = chosen.post("/register/two-factor", code=app_code(page.text, clock))

    assert heading(home) == HOME


def test_a_text_opens_the_hub(sent, texts) -> None:
    assert heading(sent.post("/register/code", code=code_in(texts.all[-1]))) == HOME


def test_the_guidances_labels_stand_where_it_says(chosen) -> None:
    app = chosen.get("/register/two-factor").text
    number = chosen.get("/register/number").text
    code = chosen.post("/register/number", number=NUMBER).text

    assert ">Use SMS instead of an app</a>" in app.split("hub-ends__right")[1]
    assert "Send Code" in number
    assert "Verify Code" in code
    at_the_bottom = code.split('class="hub-ends"')[1]
    assert at_the_bottom.index("Resend Code") < at_the_bottom.index("hub-ends__right")


@pytest.mark.parametrize("path", ["/register/two-factor", "/register/number", "/register/code"])
def test_without_a_link_no_step_is_open(pages, path) -> None:
    assert heading(pages.get(path)) == "This link does not work"


@pytest.mark.parametrize("path", ["/register/two-factor", "/register/number", "/register/code"])
def test_without_a_password_no_step_is_open(pages, invitation_link, path) -> None:
    pages.get(invitation_link)

    assert heading(pages.get(path)) == "Complete your registration"


def test_without_a_number_there_is_no_code_to_check(chosen) -> None:
    assert heading(chosen.get("/register/code")) == "Give your mobile telephone number"


def test_after_the_end_the_steps_lead_to_the_open_hub(registered) -> None:
    for path in ("/register", "/register/two-factor", "/register/number", "/register/code"):
        assert heading(registered.get(path)) == HOME


def test_a_resend_too_soon_says_how_long_to_wait(sent, clock, texts) -> None:
    clock.pass_by(29)
    refused = sent.post("/register/code/resend", page="/register/code")
    clock.pass_by(1)
    resent = sent.post("/register/code/resend", page="/register/code")

    assert "We sent a code moments ago. Wait 1 second to get another one" in refused.text
    assert "There is a problem" not in resent.text
    assert len(texts.all) == 2


def test_an_expired_code_is_replaced_at_once_and_that_is_said(sent, clock, texts) -> None:
    first = code_in(texts.all[-1])
    clock.pass_by(timedelta(minutes=10))

    expired = sent.post("/register/code", code=first)

    assert expired.status_code == 422
    assert "The security code has expired. New code sent" in expired.text
    assert heading(sent.post("/register/code", code=code_in(texts.all[-1]))) == HOME


def test_an_expired_code_is_not_called_replaced_when_it_is_not(sent, clock, texts) -> None:
    first = code_in(texts.all[-1])
    clock.pass_by(timedelta(minutes=10))
    texts.is_away = True

    expired = sent.post("/register/code", code=first)

    assert "The security code has expired. Get a new code" in expired.text
    assert "New code sent" not in expired.text


def test_a_qr_code_that_waited_too_long_is_replaced_and_that_is_said(chosen, clock) -> None:
    old = chosen.get("/register/two-factor").text
    typed = app_code(old, clock)
    clock.pass_by(timedelta(hours=1))

    answer = chosen.post("/register/two-factor", page="/register/number", code=typed)

    assert heading(answer) == APP
    assert "The QR code was shown too long ago. Scan the one below" in answer.text
    assert heading(chosen.post("/register/two-factor", code=app_code(answer.text, clock))) == HOME


def test_a_registration_that_lay_too_long_begins_again(chosen, clock) -> None:
    clock.pass_by(timedelta(hours=24))

    assert heading(chosen.get("/register/two-factor")) == "Complete your registration"


def test_two_browsers_with_one_link_end_in_one_account(
    chosen, other_pages, invitation_link, texts, clock
) -> None:
    other_pages.get(invitation_link)
    other_pages.post("/register", password=PASSWORD)
    other_pages.post("/register/number", number=NUMBER)
    other_pages.post("/register/code", code=code_in(texts.all[-1]))

    late = chosen.get("/register/two-factor")

    assert late.status_code == 410
    assert heading(late) == "Your registration is complete"
