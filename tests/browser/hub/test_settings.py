"""The security settings, recovery codes, and what happens without a phone."""

import functools
import re
import sqlite3
from contextlib import closing

import pytest

from tests.browser.hub import steps

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def visit(visit, request):
    """Everything here works alike with JavaScript and without."""
    return functools.partial(visit, java_script_enabled=request.param)


def test_recovery_codes_are_shown_once_and_let_in_once(visit, hub, parent):
    browser = visit()
    steps.registers_by_text(browser, hub, parent)
    browser.clicks("Get recovery codes")
    codes = steps.gets_recovery_codes(browser)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", code) for code in codes)
    browser.clicks("I have saved my codes")
    browser.arrives(steps.HOME)
    steps.signs_out(browser)

    steps.gives_password(browser, parent)
    browser.arrives("Enter the code from your text message")
    browser.clicks("I cannot use my phone")
    browser.arrives("Enter a recovery code")
    browser.types("Recovery code", codes[0].replace("-", "").lower())
    browser.clicks("Continue")
    browser.arrives(steps.HOME)
    steps.signs_out(browser)

    steps.gives_password(browser, parent)
    browser.clicks("I cannot use my phone")
    browser.types("Recovery code", codes[0])
    browser.clicks("Continue")
    browser.arrives(
        "Enter a recovery code",
        fault="Enter a correct recovery code. You have 4 tries left",
        status=422,
    )


def test_a_number_is_changed_and_both_numbers_hear_of_it(visit, hub, parent):
    browser = visit()
    steps.registers_by_text(browser, hub, parent)
    browser.clicks("Security settings")
    browser.arrives("Security settings")
    browser.clicks("Change mobile number")
    browser.arrives("Change your mobile number")
    browser.types("Mobile telephone number", "07700 900999")
    browser.clicks("Send Code")
    browser.arrives("Confirm your new mobile number")
    steps.types_code(browser, hub.messaging.code_to("+447700900999"))

    browser.arrives("Security settings")
    browser.reads_note("Your mobile number is changed.")
    browser.reads("Ends in 999")
    browser.reads("Mobile number changed")


def test_a_password_is_changed(visit, hub, parent):
    browser = visit()
    steps.registers_by_text(browser, hub, parent)
    browser.goes_to("/security/password")
    browser.arrives("Change your password")
    browser.types("Current password", "not this one at all")
    browser.types("New password", "seven quiet otters swimming")
    browser.clicks("Change password")
    browser.arrives("Change your password", fault="The current password is not correct", status=422)

    browser.types("Current password", parent.password)
    browser.types("New password", "seven quiet otters swimming")
    browser.clicks("Change password")

    browser.arrives("Security settings")
    browser.reads_note("Your password is changed.")


def test_signing_out_everywhere_ends_the_other_browser_too(visit, hub, parent):
    one, other = visit(), visit()
    steps.registers_by_text(one, hub, parent)
    other.goes_to("/")
    steps.signs_in_by_text(other, hub, parent)
    one.goes_to("/security")
    one.reads("in this browser and in 1 other")

    one.clicks("Sign out everywhere")
    one.arrives("Sign out everywhere")
    one.clicks("Sign out everywhere")
    one.arrives(steps.SIGN_IN)

    other.goes_to("/security")
    other.arrives(steps.SIGN_IN)
    other.reads("Your session has ended")


def test_who_has_been_here_a_while_confirms_that_it_is_them(visit, hub, parent):
    browser = visit()
    steps.registers_by_text(browser, hub, parent)
    with closing(sqlite3.connect(hub.database, isolation_level=None)) as other:
        other.execute(
            "UPDATE sessions SET authenticated_at = datetime(authenticated_at, '-6 minutes')"
            " WHERE id = (SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1)"
        )
    browser.goes_to("/security/number")
    browser.arrives("Confirm that it is you")
    browser.types("Password", "not this one at all")
    browser.clicks("Continue")
    browser.arrives("Confirm that it is you", fault="The password is not correct", status=422)

    before = len(hub.messaging.codes_to(parent.e164))
    browser.types("Password", parent.password)
    browser.clicks("Continue")
    browser.arrives("Enter the code from your text message")
    steps.types_code(browser, hub.messaging.code_to(parent.e164, after=before))

    browser.arrives("Change your mobile number")


def test_who_has_lost_everything_asks_the_helpdesk(visit, hub, parent):
    browser = visit()
    steps.registers_by_text(browser, hub, parent)
    steps.signs_out(browser)
    steps.gives_password(browser, parent)
    browser.clicks("I cannot use my phone")
    browser.arrives("Enter a recovery code")
    browser.clicks("Ask the helpdesk for help")
    browser.arrives("Ask the helpdesk for help")
    browser.clicks("Ask for help")
    browser.arrives("You have asked for help")

    stranger = visit()
    stranger.goes_to("/lost-phone")
    stranger.arrives("Get help if you cannot use your phone")
    stranger.types("Email address", "nobody-here@example.com")
    stranger.clicks("Ask for help")
    stranger.arrives("You have asked for help")

    assert stranger.main_text() == browser.main_text()
