"""What a page says for each answer of a use case that is not the one that was asked for."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from math import ceil
from typing import Any, Final

from hub.accounts import errors
from hub.accounts.errors import HubError, Limited, Locked
from hub.accounts.limits import Limits

NUMBER_FAULTS: Final[Mapping[errors.NumberReason, str]] = {
    "unreadable": "Enter a UK mobile number, like 07700 900123",
    "too_short": "The mobile number has too few digits",
    "too_long": "The mobile number has too many digits",
    "landline": "This is a landline number. Enter a UK mobile number that can get text messages",
    "personal": "Numbers that begin with 070 cannot get our text messages. Enter another number",
    "premium": "This number cannot get text messages. Enter a UK mobile number",
    "pager": "This is the number of a pager. Enter a UK mobile number",
    "foreign": "We can only send text messages to UK mobile numbers",
    "not_mobile": "This is not a mobile number. Enter a UK mobile number, like 07700 900123",
}
CODE_FAULTS: Final[Mapping[errors.CodeFault, str]] = {
    "too_few": "You have not entered enough numbers. The code is 6 numbers",
    "too_many": "You have entered too many numbers. The code is 6 numbers",
    "not_digits": "Enter the 6 digit code, using numbers only",
}
RECOVERY_CODE_FAULTS: Final[Mapping[errors.CodeFault, str]] = {
    "too_few": "The recovery code is too short. It has 16 letters and numbers",
    "too_many": "The recovery code is too long. It has 16 letters and numbers",
    "not_digits": "Enter a recovery code, using letters and numbers only",
}
PASSWORD_FAULTS: Final[Mapping[errors.PasswordFault, str]] = {
    "too_short": "Your password must be {0.password_min_length} characters or more",
    "too_long": "Your password must be {0.password_max_length} characters or fewer",
    "common": "Too many people use this password. Choose another one",
    "easy_to_guess": "This password is easy to guess. Make it longer or add another word",
}
TEXT_STATES: Final[Mapping[str, str]] = {
    "created": "The text message is waiting to be sent.",
    "accepted": "The text message is on its way to the phone network.",
    "sent": "The phone network has the text message. It has not said yet if your phone got it.",
    "delivered": "The phone network says that the text message reached your phone.",
}
TEXT_REASONS: Final[Mapping[str, str]] = {
    "handset_off": "Your phone seems to be off or out of signal. Switch it on and look again.",
    "blocked": "Your phone or your network blocks our text messages.",
    "unknown_number": "The network does not know this number. Check that it is correct.",
    "landline": "This is the number of a landline. Give the number of a mobile phone.",
    "filtered": "Your network stopped the text message.",
    "opted_out": "You asked us before not to send text messages to this number.",
    "not_mobile": "This number cannot get text messages. Give the number of a mobile phone.",
    "no_route": "We cannot reach this number by text message.",
    "expired": "It took too long, so the code in it does not work any more.",
    "unknown": "The phone network did not say why.",
}

LONGEST_IN_SECONDS: Final = 90
LONGEST_IN_MINUTES: Final = 90


def waiting(span: timedelta) -> str:
    """Return how long to wait, rounded up: `30 seconds`, `15 minutes`, `2 hours`.

    A second more does not make another minute or hour: part of it has passed while this is read.
    """
    seconds = max(1, ceil(span.total_seconds()))
    if seconds <= LONGEST_IN_SECONDS:
        unit, count = "second", seconds
    elif seconds - 1 <= LONGEST_IN_MINUTES * 60:
        unit, count = "minute", ceil((seconds - 1) / 60)
    else:
        unit, count = "hour", ceil((seconds - 1) / 3600)
    return f"{count} {unit}{'' if count == 1 else 's'}"


def text_state(state: str, reason: str | None) -> str:
    """Return what became of a text message, as the phone network tells it."""
    if state in TEXT_STATES:
        return TEXT_STATES[state]
    return f"The text message did not arrive. {TEXT_REASONS[reason or 'unknown']}"


def _locked(error: Locked, _: Limits) -> str:
    if error.needs_help:
        return "You entered the wrong security code too many times. Contact us to go on"
    return (
        "You entered the wrong security code too many times. "
        f"You need to wait {waiting(error.retry_after)}. Then get a new code and try again"
    )


def _tries(error: errors.CodeIncorrect) -> str:
    return "1 try" if error.tries_left == 1 else f"{error.tries_left} tries"


def _incorrect(error: errors.CodeIncorrect, _: Limits) -> str:
    return f"Enter a correct security code. You have {_tries(error)} left"


def _expired(error: errors.CodeExpired, _: Limits) -> str:
    if error.outgoing_id is None:
        return "The security code has expired. Get a new code"
    return "The security code has expired. New code sent"


def _wait(words: str) -> Callable[[Any, Limits], str]:
    return lambda error, _: words.format(waiting(error.retry_after))


def _always(words: str) -> Callable[[Any, Limits], str]:
    return lambda _error, _limits: words


FAULTS: Final[Mapping[type[HubError], Callable[[Any, Limits], str]]] = {
    errors.NotFound: _always("This step is not open any more. Start again"),
    errors.InvitationNotRecognised: _always("This link does not work"),
    errors.InvitationExpired: _always("This link has expired"),
    errors.RegistrationComplete: _always("Your registration is complete. Sign in"),
    errors.EmailNotAccepted: _always("Enter an email address, like name@example.com"),
    errors.NumberNotAccepted: lambda error, _: NUMBER_FAULTS[error.reason],
    errors.NumberNeeded: _always("Enter your mobile number first"),
    errors.NumberAlreadyVerified: _always("Your mobile number is confirmed already"),
    errors.NumberNotVerified: _always("Confirm your mobile number first"),
    errors.CodeMalformed: lambda error, _: CODE_FAULTS[error.fault],
    errors.CodeIncorrect: _incorrect,
    errors.CodeExpired: _expired,
    errors.CodeUsed: _always(
        "You have used this code before. Wait until the app shows the next one"
    ),
    errors.NoCodeSent: _always("There is no code to check. Get a new code"),
    errors.TooManyTries: _wait("You tried too many times. Wait {} and try again"),
    errors.TooManyRequests: _wait("You asked for too many emails. Wait {} and try again"),
    errors.ResendTooSoon: _wait("We sent a code moments ago. Wait {} to get another one"),
    errors.TooManySends: _wait("You asked for too many codes. Wait {} to get another one"),
    errors.Locked: _locked,
    errors.TextNotAccepted: _always(
        "We could not send the text message just now. Wait a minute and try again"
    ),
    errors.PasswordRefused: lambda error, limits: PASSWORD_FAULTS[error.fault].format(limits),
    errors.PasswordNeeded: _always("Choose a password first"),
    errors.SignInRejected: _always("The email address or the password is not correct"),
    errors.SignInOver: _always("You took too long to sign in. Start again"),
    errors.SignInNeeded: _always("Confirm that it is you first"),
    errors.FactorNotSet: _always("You have not set this up"),
    errors.LastFactor: _always("You need a mobile number or an app to sign in, so it stays"),
    errors.EnrolmentOver: _always("The QR code was shown too long ago. Scan the one below"),
    errors.NumberNotShown: _always("Look at the number on file first"),
    errors.CallBackNeeded: _always("Call the person back first"),
    errors.SecondOfficerNeeded: _always("Another officer has to approve"),
    errors.ImportRejected: _always("This list cannot be read"),
    errors.LinkRejected: _always("This link does not work"),
}


def fault(error: HubError, limits: Limits) -> str:
    """Return one sentence for an error, without its full stop, as error messages are written."""
    return FAULTS[type(error)](error, limits)


def recovery_code_fault(error: HubError) -> str | None:
    """Return one sentence where a recovery code needs other words than a security code."""
    if isinstance(error, errors.CodeMalformed):
        return RECOVERY_CODE_FAULTS[error.fault]
    if isinstance(error, errors.CodeIncorrect):
        return f"Enter a correct recovery code. You have {_tries(error)} left"
    return None


def status(error: HubError) -> int:
    """Return the HTTP status of a page that shows an error."""
    if isinstance(error, Limited):
        return 429
    return 503 if isinstance(error, errors.TextNotAccepted) else 422
