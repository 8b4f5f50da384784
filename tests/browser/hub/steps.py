"""What a parent does on the pages, in the order in which they do it."""

from typing import Any

from tests.browser.hub.visit import Visit

HOME = "The EHC Hub is open"
SIGN_IN = "Sign in to the EHC Hub"


def opens_invitation(visit: Visit, hub: Any, parent: Any) -> None:
    """Be invited, and follow the link in the mail."""
    visit.goes_to(hub.invite(parent.email))
    visit.arrives("Complete your registration")


def chooses_password(visit: Visit, parent: Any) -> None:
    """Choose the password, and come to the second factor."""
    visit.types("Password", parent.password)
    visit.clicks("Continue")
    visit.arrives("Set up Two Factor Authentication")


def asks_for_text(visit: Visit, parent: Any) -> None:
    """Choose SMS, and have a code sent."""
    visit.clicks("Use SMS instead of an app")
    visit.arrives("Give your mobile telephone number")
    visit.types("Mobile telephone number", parent.number)
    visit.clicks("Send Code")
    visit.arrives("Check your phone")


def types_code(visit: Visit, code: str) -> None:
    """Type a code, and have it verified."""
    visit.types("Enter the 6 digit code", code)
    visit.clicks("Verify Code")


def registers_by_text(visit: Visit, hub: Any, parent: Any) -> None:
    """Go the whole way from the mail to the open hub."""
    opens_invitation(visit, hub, parent)
    chooses_password(visit, parent)
    asks_for_text(visit, parent)
    types_code(visit, hub.messaging.code_to(parent.e164))
    visit.arrives(HOME)


def signs_out(visit: Visit) -> None:
    """Sign out."""
    visit.clicks("Sign out")
    visit.arrives(SIGN_IN)


def gives_password(visit: Visit, parent: Any) -> None:
    """Type address and password on the sign-in page."""
    visit.types("Email address", parent.email)
    visit.types("Password", parent.password)
    visit.clicks("Sign in")


def signs_in_by_text(visit: Visit, hub: Any, parent: Any) -> None:
    """Sign in with password and text message."""
    before = len(hub.messaging.codes_to(parent.e164))
    gives_password(visit, parent)
    visit.arrives("Enter the code from your text message")
    types_code(visit, hub.messaging.code_to(parent.e164, after=before))
    visit.arrives(HOME)


def gets_recovery_codes(visit: Visit) -> list[str]:
    """Have new recovery codes made, and read them."""
    visit.goes_to("/security/recovery-codes")
    visit.arrives("Get recovery codes")
    visit.clicks("Show new recovery codes")
    visit.arrives("Your new recovery codes")
    codes: list[str] = visit.page.locator("#recovery-codes li").all_inner_texts()
    return codes
