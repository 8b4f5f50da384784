"""The security settings: who may change what, and when both factors are asked for again."""

from datetime import timedelta

import pytest

from hub.accounts import relay, totp
from tests.hub.pages.conftest import PASSWORD, form_token, heading
from tests.hub.parts import code_in

SETTINGS = "Security settings"
CONFIRM = "Confirm that it is you"
SIGN_IN = "Sign in to the EHC Hub"
PAGES = {
    "/security/number": "Change your mobile number",
    "/security/number/remove": "Remove your mobile number",
    "/security/app": "Set up an authenticator app",
    "/security/app/remove": "Remove your authenticator app",
    "/security/recovery-codes": "Get recovery codes",
}
OPEN_LONGER = {
    "/security": SETTINGS,
    "/security/password": "Change your password",
    "/security/sign-out-everywhere": "Sign out everywhere",
}


def confirm(pages, texts):
    """Give both factors again, as the page asks for."""
    pages.post("/security/confirm", password=PASSWORD)
    return pages.post("/sign-in/text", code=code_in(texts.all[-1]))


def set_up_app(pages, clock) -> str:
    page = pages.get("/security/app")
    secret = page.text.split('id="setup-key">')[1].split("<")[0].replace(" ", "")
    pages.post("/security/app", code=totp.code_at(secret, totp.step_at(clock.now())))
    return secret


@pytest.mark.parametrize("path", [*PAGES, *OPEN_LONGER, "/security/confirm"])
def test_nobody_sees_settings_without_signing_in(pages, path) -> None:
    assert heading(pages.get(path)) == SIGN_IN


@pytest.mark.parametrize(
    "path", [*PAGES, *OPEN_LONGER, "/security/number/code", "/security/number/code/resend"]
)
def test_nobody_changes_settings_without_signing_in(pages, path) -> None:
    answer = pages.post(path, page="/sign-in")

    assert heading(answer) in {SIGN_IN, "This page cannot be opened like that"}


@pytest.mark.parametrize("path", PAGES)
def test_factors_are_changed_within_five_minutes_of_both_factors(
    registered, clock, texts, path
) -> None:
    clock.pass_by(timedelta(minutes=4, seconds=59))
    in_time = registered.get(path)
    clock.pass_by(timedelta(seconds=1))
    too_late = registered.get(path)

    assert heading(in_time) == PAGES[path]
    assert heading(too_late) == CONFIRM


@pytest.mark.parametrize("path", PAGES)
def test_after_confirming_one_is_where_one_wanted_to_be(registered, clock, texts, path) -> None:
    clock.pass_by(timedelta(minutes=5))
    asked = registered.get(path)

    assert heading(asked) == CONFIRM
    assert heading(confirm(registered, texts)) == PAGES[path]


def test_a_form_sent_too_late_changes_nothing_and_asks_first(registered, clock, texts) -> None:
    sent_before = len(texts.all)
    clock.pass_by(timedelta(minutes=5))

    answer = registered.post("/security/recovery-codes", page="/security")

    assert heading(answer) == CONFIRM
    assert "None" in registered.get("/security").text
    assert len(texts.all) == sent_before


def test_an_app_and_its_code_wait_while_one_confirms(registered, clock, texts) -> None:
    page = registered.get("/security/app")
    secret = page.text.split('id="setup-key">')[1].split("<")[0].replace(" ", "")
    token = form_token(page.text)
    clock.pass_by(timedelta(minutes=5))

    asked = registered.client.post(
        "/security/app",
        data={"code": totp.code_at(secret, totp.step_at(clock.now())), "csrf_token": token},
        follow_redirects=True,
    )
    back = confirm(registered, texts)
    done = registered.post("/security/app", code=totp.code_at(secret, totp.step_at(clock.now())))

    assert heading(asked) == CONFIRM
    assert secret in back.text.replace(" ", "")
    assert "Your authenticator app is set up." in done.text


def test_confirming_takes_the_password_and_the_code(registered, clock, texts) -> None:
    clock.pass_by(timedelta(minutes=5))
    registered.get("/security/number")

    wrong = registered.post("/security/confirm", password="not the right one")
    half = registered.post("/security/confirm", password=PASSWORD)
    still = registered.get("/security/number")

    assert "The password is not correct" in wrong.text
    assert heading(half) == "Enter the code from your text message"
    assert heading(still) == CONFIRM


def test_a_forged_way_back_leads_nowhere_else(registered, clock, texts) -> None:
    clock.pass_by(timedelta(minutes=5))
    registered.post("/security/number/code/resend", page="/security")
    registered.post("/security/number", page="/security", number="07700 900124")

    assert heading(confirm(registered, texts)) == PAGES["/security/number"]


@pytest.mark.parametrize("path", OPEN_LONGER)
def test_looking_needs_no_confirmation(registered, clock, path) -> None:
    clock.pass_by(timedelta(minutes=20))

    assert heading(registered.get(path)) == OPEN_LONGER[path]


def test_the_only_factor_cannot_be_removed(registered) -> None:
    page = registered.get("/security")
    answer = registered.post("/security/number/remove")

    assert "/security/number/remove" not in page.text
    assert answer.status_code == 422
    assert "You need a mobile number or an app to sign in, so it stays." in answer.text
    assert "Ends in 123" in registered.get("/security").text


def test_an_app_can_be_removed_where_there_is_a_number(registered, clock) -> None:
    set_up_app(registered, clock)

    page = registered.post("/security/app/remove")

    assert "Your authenticator app is removed." in page.text
    assert "Authenticator app removed" in page.text


def test_who_has_both_may_have_a_text_instead_of_the_app(
    registered, other_pages, clock, texts
) -> None:
    set_up_app(registered, clock)
    step = other_pages.post("/sign-in", email="parent@example.com", password=PASSWORD)
    sent_before = len(texts.all)

    other = other_pages.post("/sign-in/text/resend", page="/sign-in/app")

    assert heading(step) == "Enter the code from your app"
    assert "Use SMS instead of an app" in step.text
    assert len(texts.all) == sent_before + 1
    assert heading(other) == "Enter the code from your text message"


def test_an_apps_code_is_good_once(registered, other_pages, clock) -> None:
    secret = set_up_app(registered, clock)
    other_pages.post("/sign-in", email="parent@example.com", password=PASSWORD)

    used = other_pages.post("/sign-in/app", code=totp.code_at(secret, totp.step_at(clock.now())))

    assert used.status_code == 422
    assert "You have used this code before. Wait until the app shows the next one" in used.text


def test_recovery_codes_are_told_about_and_replaced(registered, hub, mails) -> None:
    before = registered.get("/")
    made = registered.post("/security/recovery-codes")
    after = registered.get("/")
    again = registered.get("/security/recovery-codes")
    relay.sweep(hub)

    assert "You have none yet." in before.text
    assert made.text.count("<li>") >= 10
    assert "recovery code" not in after.text
    assert "The codes that you have now will stop working." in again.text
    assert mails.all[-1].subject == "New recovery codes were made for your EHC Hub account"


def test_a_changed_password_signs_other_browsers_out(registered, other_pages, texts) -> None:
    other_pages.post("/sign-in", email="parent@example.com", password=PASSWORD)
    other_pages.post("/sign-in/text", code=code_in(texts.all[-1]))

    changed = registered.post(
        "/security/password", current=PASSWORD, password="seven quiet otters swimming"
    )

    assert heading(changed) == SETTINGS
    assert heading(registered.get("/")) == "The EHC Hub is open"
    assert heading(other_pages.get("/")) == SIGN_IN
