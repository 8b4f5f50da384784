"""What a page says when something is not as hoped."""

import functools
import sqlite3
import uuid
from contextlib import closing

import pytest

from tests.browser.hub import steps

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def visit(visit, request):
    """Everything here works alike with JavaScript and without."""
    return functools.partial(visit, java_script_enabled=request.param)


SENT = "Check your phone"


@pytest.fixture
def waiting(visit, hub, parent):
    """A browser that waits for the code of a registration."""
    browser = visit()
    steps.opens_invitation(browser, hub, parent)
    steps.chooses_password(browser, parent)
    steps.asks_for_text(browser, parent)
    return browser


def test_every_fate_of_a_text_message_is_told(waiting, hub):
    for state, reason, told in (
        ("created", None, "waiting to be sent"),
        ("sent", None, "The phone network has the text message."),
        ("delivered", None, "reached your phone"),
        ("undelivered", "handset_off", "Your phone seems to be off or out of signal."),
        ("undelivered", "unknown_number", "The network does not know this number."),
        ("failed", None, "The text message did not arrive."),
    ):
        hub.messaging.state = (state, reason)
        waiting.clicks("Check again what happened to it")
        waiting.arrives(SENT)
        waiting.reads(told)


def test_a_text_that_cannot_be_handed_over_is_not_called_sent(visit, hub, parent):
    browser = visit()
    steps.opens_invitation(browser, hub, parent)
    steps.chooses_password(browser, parent)
    browser.clicks("Use SMS instead of an app")
    hub.messaging.is_away = True
    browser.types("Mobile telephone number", parent.number)
    browser.clicks("Send Code")

    browser.arrives(
        SENT,
        fault="We could not send the text message just now. Wait a minute and try again",
    )
    browser.does_not_read("We have sent")

    hub.messaging.is_away = False
    browser.clicks("Resend Code")
    steps.types_code(browser, hub.messaging.code_to(parent.e164))
    browser.arrives(steps.HOME)


def test_wrong_codes_are_counted_down_and_then_locked(waiting, hub, parent):
    right = hub.messaging.code_to(parent.e164)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    steps.types_code(waiting, "12345")
    waiting.arrives(
        SENT, fault="You have not entered enough numbers. The code is 6 numbers", status=422
    )
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        steps.types_code(waiting, wrong)
        waiting.arrives(
            SENT, fault=f"Enter a correct security code. You have {left} left", status=422
        )
    steps.types_code(waiting, wrong)
    locked = (
        "You entered the wrong security code too many times. "
        "You need to wait 15 minutes. Then get a new code and try again"
    )
    waiting.arrives(SENT, fault=locked, status=429)

    steps.types_code(waiting, right)
    waiting.arrives(SENT, fault=locked, status=429)


def test_a_code_may_be_typed_with_spaces_and_words(waiting, hub, parent):
    code = hub.messaging.code_to(parent.e164)
    steps.types_code(waiting, f"my code is {code[:3]} {code[3:]}")
    waiting.arrives(steps.HOME)


def test_a_number_that_cannot_be_texted_is_told_why(visit, hub, parent):
    browser = visit()
    steps.opens_invitation(browser, hub, parent)
    steps.chooses_password(browser, parent)
    browser.clicks("Use SMS instead of an app")
    for typed, told in (
        ("", "Enter a UK mobile number, like 07700 900123"),
        ("01785 278000", "This is a landline number."),
        ("+33 6 12 34 56 78", "We can only send text messages to UK mobile numbers"),
    ):
        browser.types("Mobile telephone number", typed)
        browser.clicks("Send Code")
        fault = browser.page.locator(".govuk-error-summary a").inner_text()
        assert fault.startswith(told)
        browser.arrives("Give your mobile telephone number", fault=fault, status=422)


def test_the_number_can_be_changed_while_registering(waiting, hub):
    waiting.clicks("Change the mobile number")
    waiting.arrives("Give your mobile telephone number")
    waiting.types("Mobile telephone number", "07700 900888")
    waiting.clicks("Send Code")
    waiting.arrives(SENT)
    waiting.reads("ends in 888")
    steps.types_code(waiting, hub.messaging.code_to("+447700900888"))
    waiting.arrives(steps.HOME)


def test_sign_in_says_the_same_for_a_wrong_password_and_an_unknown_address(visit, hub, parent):
    browser = visit()
    steps.registers_by_text(browser, hub, parent)
    steps.signs_out(browser)
    told = "The email address or the password is not correct"
    for email in (parent.email, "nobody-at-all@example.com"):
        browser.types("Email address", email)
        browser.types("Password", "not the right one")
        browser.clicks("Sign in")
        browser.arrives(steps.SIGN_IN, fault=told, status=422)
    browser.types("Email address", "not an address")
    browser.clicks("Sign in")
    browser.arrives(
        steps.SIGN_IN, fault="Enter an email address, like name@example.com", status=422
    )


def test_pages_that_anyone_may_read(visit, hub):
    browser = visit()
    for path, heading in (
        ("/", steps.SIGN_IN),
        ("/guidance", "Registering for the EHC Hub and signing in"),
        ("/needs-assessment", "Request a needs assessment"),
        ("/reset-password", "Reset password"),
        ("/lost-phone", "Get help if you cannot use your phone"),
        ("/new-invitation", "Ask for a new invitation"),
        ("/security", steps.SIGN_IN),
    ):
        browser.goes_to(path)
        browser.arrives(heading, status=200)


def test_pages_for_what_should_not_have_happened(visit, hub):
    browser = visit()
    for path, heading, status in (
        ("/nowhere", "Page not found", 404),
        ("/sign-out", "This page cannot be opened like that", 405),
        ("/register/nonsense", "This link does not work", 404),
        ("/reset-password/nonsense", "This link to reset your password does not work", 410),
    ):
        browser.goes_to(path)
        browser.arrives(heading, status=status)


PROBLEM = "Sorry, there is a problem with the EHC Hub"


def test_too_much_in_a_field_is_told(visit, hub):
    browser = visit()
    browser.goes_to("/reset-password")
    # The field itself takes no more than an address can have; a form filled in by a program does.
    field = browser.page.get_by_label("Email address", exact=True)
    field.evaluate("(field) => { field.value = 'x'.repeat(17_000); }")
    browser.clicks("Reset password")
    browser.arrives("You entered too much", status=413)


def test_what_nobody_foresaw_is_told(visit, hub, parent):
    browser = visit()
    steps.registers_by_text(browser, hub, parent)
    with closing(sqlite3.connect(hub.database, isolation_level=None)) as other:
        newest = "(SELECT id FROM accounts WHERE registered_at IS NOT NULL"
        other.execute(
            "UPDATE accounts SET email_sealed = 'not sealed by any key of ours'"
            f" WHERE id = {newest} ORDER BY registered_at DESC LIMIT 1)"
        )

    browser.goes_to("/security/app")

    browser.arrives(PROBLEM, status=500)
    browser.does_not_read("Traceback")


def test_a_form_that_was_open_too_long_says_so_and_changes_nothing(visit, hub, parent):
    browser = visit()
    steps.opens_invitation(browser, hub, parent)
    browser.page.context.clear_cookies()
    browser.types("Password", parent.password)
    browser.clicks("Continue")
    browser.arrives("This page was open for too long", status=400)


def test_a_link_that_was_used_says_so_and_leads_to_sign_in(visit, hub, parent):
    browser = visit()
    link = hub.invite(parent.email)
    browser.goes_to(link)
    steps.chooses_password(browser, parent)
    steps.asks_for_text(browser, parent)
    steps.types_code(browser, hub.messaging.code_to(parent.e164))
    browser.arrives(steps.HOME)

    other = visit()
    other.goes_to(link)
    other.arrives("Your registration is complete", status=410)
    other.clicks("Sign in")
    other.arrives(steps.SIGN_IN)


def test_the_assistants_link_leads_to_a_password_and_the_open_hub(visit, hub, parent):
    hub.invite(parent.email)
    mail = hub.mailbox.wait(parent.email, "Complete your registration").get_body(("plain",))
    code = mail.get_content().split("Your invitation code is ")[1].split()[0]
    begun = hub.call(
        "POST",
        "/v1/registrations",
        {"invitation_code": code, "conversation_id": f"web-{uuid.uuid4()}"},
    )
    path = f"/v1/registrations/{begun['registration_id']}"
    hub.call("PUT", f"{path}/number", {"number": parent.number})
    hub.call("POST", f"{path}/security-codes", {})
    right = hub.messaging.code_to(parent.e164)
    hub.call("POST", f"{path}/security-codes/check", {"code": right})

    browser = visit()
    browser.goes_to(hub.call("POST", f"{path}/continue-links", {})["url"])
    browser.arrives("Choose a password")
    browser.types("Password", parent.password)
    browser.clicks("Complete your registration")
    browser.arrives(steps.HOME)
