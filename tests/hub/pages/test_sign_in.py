"""Signing in, staying signed in, and what ends it."""

from datetime import timedelta

import pytest

from tests.hub.pages.conftest import PASSWORD, heading
from tests.hub.parts import code_in

HOME = "The EHC Hub is open"
SIGN_IN = "Sign in to the EHC Hub"
TEXT = "Enter the code from your text message"
EMAIL = "parent@example.com"


def sign_in(pages, texts):
    pages.post("/sign-in", email=EMAIL, password=PASSWORD)
    return pages.post("/sign-in/text", code=code_in(texts.all[-1]))


def test_password_and_code_open_the_hub(registered, other_pages, texts) -> None:
    step = other_pages.post("/sign-in", email=EMAIL.upper(), password=PASSWORD)
    home = other_pages.post("/sign-in/text", code=code_in(texts.all[-1]))

    assert heading(step) == TEXT
    assert "your number that ends in 123" in step.text
    assert heading(home) == HOME


def test_the_password_alone_opens_nothing(registered, other_pages) -> None:
    other_pages.post("/sign-in", email=EMAIL, password=PASSWORD)

    for path in ("/", "/security", "/security/recovery-codes"):
        assert heading(other_pages.get(path)) == SIGN_IN


@pytest.mark.parametrize(
    "path",
    ["/sign-in/code", "/sign-in/app", "/sign-in/text", "/sign-in/recovery-code", "/sign-in/help"],
)
def test_the_second_step_is_not_open_without_the_first(pages, path) -> None:
    page = pages.get(path)

    assert heading(page) == SIGN_IN
    assert "You took too long, so you need to start again." in page.text


@pytest.mark.parametrize(
    ("passes", "wanted"),
    [(timedelta(minutes=14, seconds=59), HOME), (timedelta(minutes=15), SIGN_IN)],
)
def test_a_sign_in_has_to_end_within_15_minutes(
    registered, other_pages, texts, clock, passes, wanted
) -> None:
    other_pages.post("/sign-in", email=EMAIL, password=PASSWORD)
    clock.pass_by(timedelta(minutes=10))
    other_pages.post("/sign-in/text/resend", page="/sign-in/text")
    clock.pass_by(passes - timedelta(minutes=10))

    page = other_pages.get("/sign-in/text")
    if wanted == HOME:
        page = other_pages.post("/sign-in/text", code=code_in(texts.all[-1]))

    assert heading(page) == wanted


def test_known_and_unknown_addresses_get_the_same_answer(registered, other_pages, hub) -> None:
    def told(email: str):
        answer = other_pages.post("/sign-in", email=email, password="not the right one")
        return answer.status_code, without_token(answer.text).replace(email, "")

    assert told(EMAIL) == told("nobody@example.com")


@pytest.mark.parametrize("path", ["/reset-password", "/lost-phone"])
def test_what_anyone_may_ask_for_is_answered_alike(registered, other_pages, path) -> None:
    def told(email: str):
        answer = other_pages.post(path, email=email)
        return answer.status_code, answer.request.path, without_token(answer.text)

    assert told(EMAIL) == told("nobody@example.com")


def without_token(page: str) -> str:
    lines = page.splitlines()
    return "\n".join(line for line in lines if "csrf_token" not in line and "nonce=" not in line)


@pytest.mark.parametrize("path", ["/reset-password", "/lost-phone"])
def test_too_many_requests_for_one_address_are_refused_alike(registered, other_pages, path) -> None:
    def told(email: str):
        answers = [other_pages.post(path, email=email) for _ in range(6)]
        return [answer.status_code for answer in answers]

    known = told(EMAIL)

    assert known == told("nobody@example.com")
    assert known[-1] == 429


@pytest.mark.parametrize(
    ("idle", "wanted"),
    [(timedelta(minutes=29, seconds=59), HOME), (timedelta(minutes=30), SIGN_IN)],
)
def test_a_session_ends_after_half_an_hour_without_use(registered, clock, idle, wanted) -> None:
    clock.pass_by(idle)

    page = registered.get("/")

    assert heading(page) == wanted
    assert ("Your session has ended" in page.text) == (wanted == SIGN_IN)


def test_that_a_session_has_ended_is_told_once(registered, clock) -> None:
    clock.pass_by(timedelta(minutes=30))

    first, second = registered.get("/"), registered.get("/")

    assert "Your session has ended" in first.text
    assert "Your session has ended" not in second.text


def test_signing_out_ends_the_session(registered, browser) -> None:
    cookie = browser.get_cookie("__Host-hub").value
    page = registered.post("/sign-out", page="/")
    browser.set_cookie("__Host-hub", cookie)

    assert heading(page) == SIGN_IN
    assert "You are signed out." in page.text
    assert heading(registered.get("/")) == SIGN_IN


def test_signing_in_leaves_nothing_of_the_former_session(registered, other_pages, texts) -> None:
    other_pages.get("/reset-password/some-token")
    sign_in(other_pages, texts)

    with other_pages.client.session_transaction() as kept:
        assert set(kept) <= {"signed_in", "csrf_token"}


def test_who_is_signed_in_does_not_sign_in_again(registered) -> None:
    assert heading(registered.get("/sign-in")) == HOME


def test_ten_wrong_passwords_lock_and_a_reset_stays_open(registered, other_pages) -> None:
    answers = [
        other_pages.post("/sign-in", email=EMAIL, password=f"wrong {number}").status_code
        for number in range(11)
    ]

    assert answers[:10] == [422] * 10
    assert answers[10] == 429
    assert heading(other_pages.post("/reset-password", email=EMAIL)) == "Check your email"
