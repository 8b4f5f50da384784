"""What a use case can answer instead of doing what was asked.

    HubError
    ├── NotFound                     no such registration, or no longer
    ├── InvitationRejected
    │   ├── InvitationNotRecognised  wrong, unknown, withdrawn: not told apart
    │   ├── InvitationExpired        the right code or link, too late or replaced by a newer one
    │   └── RegistrationComplete     the right code or link, already used to the end
    ├── EmailNotAccepted             not an address that mail can be sent to
    ├── NumberRejected
    │   ├── NumberNotAccepted        not a mobile we can text, and why
    │   ├── NumberNeeded             a code was asked for before there was a number
    │   ├── NumberAlreadyVerified    a code or change was asked for after the number was proved
    │   └── NumberNotVerified        what was asked for needs a proved number first
    ├── CodeRejected
    │   ├── CodeMalformed            cannot be a code; costs no try
    │   ├── CodeIncorrect            compared and wrong; costs a try
    │   ├── CodeExpired              the right code, after its lifetime
    │   ├── CodeUsed                 an app's code that was accepted before; costs no try
    │   └── NoCodeSent               there is nothing to compare with
    ├── FactorRejected
    │   ├── FactorNotSet             a way to prove who one is that the account does not have
    │   ├── LastFactor               the only one cannot be taken away
    │   └── EnrolmentOver            the app was not enrolled here, or too long ago
    ├── Limited
    │   ├── TooManyTries             of invitation codes or passwords
    │   ├── TooManyRequests          of mails to one address
    │   ├── ResendTooSoon            within the cooldown
    │   ├── TooManySends             of security codes
    │   └── Locked                   too many wrong codes
    ├── TextNotAccepted              the messaging service has not taken the text
    ├── PasswordRefused              too short, too long, common or easy to guess
    ├── PasswordNeeded               a registration cannot end before a password is chosen
    ├── SignInRejected               unknown address, wrong password, not registered: not told apart
    ├── SignInOver                   too long between password and code, or finished already
    ├── SignInNeeded                 too long since both factors were given for what was asked
    ├── FactorResetRejected
    │   ├── NumberNotShown           called back before the number on file was shown
    │   ├── CallBackNeeded           approved before the person was called back
    │   └── SecondOfficerNeeded      approved by the officer who called back
    ├── ImportRejected               a list of addresses that cannot be read
    └── LinkRejected                 used, expired, replaced or never ours: not told apart

`hub.api.problems` turns them into problem documents, `hub.pages` into words on a page; a test says
that neither leaves one out. No message holds a value that a person typed.
"""

from datetime import timedelta
from math import ceil
from typing import Literal

NumberReason = Literal[
    "unreadable",
    "too_short",
    "too_long",
    "landline",
    "personal",
    "premium",
    "pager",
    "foreign",
    "not_mobile",
]
CodeFault = Literal["too_few", "too_many", "not_digits"]
PasswordFault = Literal["too_short", "too_long", "common", "easy_to_guess"]
ImportFault = Literal["not_text", "no_email_column", "no_rows", "too_many_rows"]


class HubError(Exception):
    """A use case said no, and nothing that the person asked for has happened."""


class NotFound(HubError):
    """There is no such registration, or it has ended."""


class InvitationRejected(HubError):
    """No registration can begin with this code or link."""


class InvitationNotRecognised(InvitationRejected):
    """Wrong, unknown or withdrawn; which of them is not told."""


class InvitationExpired(InvitationRejected):
    """The right code or link, after its lifetime or after a newer invitation."""


class RegistrationComplete(InvitationRejected):
    """The right code or link of a registration that was finished: sign in instead."""


class EmailNotAccepted(HubError):
    """Not an address that mail can be sent to."""


class NumberRejected(HubError):
    """Something about the mobile number stands in the way."""


class NumberNotAccepted(NumberRejected):
    """Not a mobile that can be texted."""

    def __init__(self, reason: NumberReason) -> None:
        super().__init__(reason)
        self.reason = reason


class NumberNeeded(NumberRejected):
    """A code was asked for before a number was given."""


class NumberAlreadyVerified(NumberRejected):
    """The number is proved; it is neither proved again nor changed here."""


class NumberNotVerified(NumberRejected):
    """The number has to be proved first."""


class CodeRejected(HubError):
    """The code that was typed did not count."""


class CodeMalformed(CodeRejected):
    """Not six digits, so never compared; costs no try."""

    def __init__(self, fault: CodeFault) -> None:
        super().__init__(fault)
        self.fault = fault


class CodeIncorrect(CodeRejected):
    """Compared and wrong."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("incorrect")
        self.tries_left = tries_left
        """Wrong codes that can still be given before the lock."""


class CodeExpired(CodeRejected):
    """The right code, after its lifetime."""

    def __init__(self, *, outgoing_id: str | None = None) -> None:
        super().__init__("expired")
        self.outgoing_id = outgoing_id
        """The text with a new code, still to be handed over; None: the limits allowed none."""


class CodeUsed(CodeRejected):
    """A code of the app that was accepted before; the next one comes within 30 seconds."""


class NoCodeSent(CodeRejected):
    """No code is out for this session."""


class Limited(HubError):
    """Too often; the same can be asked again later."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("limited")
        self.retry_after = retry_after

    @property
    def retry_after_s(self) -> int:
        """Whole seconds to wait, at least one."""
        return max(1, ceil(self.retry_after.total_seconds()))


class TooManyTries(Limited):
    """Too many wrong invitation codes or passwords."""


class TooManyRequests(Limited):
    """Too many mails asked for."""


class ResendTooSoon(Limited):
    """A code was sent moments ago."""


class TooManySends(Limited):
    """Too many codes were sent."""


class Locked(Limited):
    """Too many wrong security codes."""

    def __init__(self, retry_after: timedelta, *, needs_help: bool = False) -> None:
        super().__init__(retry_after)
        self.needs_help = needs_help
        """Time alone does not lift this lock; a person has to."""


class TextNotAccepted(HubError):
    """The messaging service has not taken the text, so it must not be called sent."""


class PasswordRefused(HubError):
    """Not a password that can be chosen."""

    def __init__(self, fault: PasswordFault) -> None:
        super().__init__(fault)
        self.fault = fault


class PasswordNeeded(HubError):
    """A password has to be chosen first."""


class SignInRejected(HubError):
    """No account has this address and password; which of them is wrong is not told."""


class SignInOver(HubError):
    """The password was given too long ago, or this sign-in was finished."""


class SignInNeeded(HubError):
    """Both factors have to be given again before this."""


class FactorRejected(HubError):
    """Something about a second factor stands in the way."""


class FactorNotSet(FactorRejected):
    """The account does not have this way of proving who one is."""


class LastFactor(FactorRejected):
    """The account would be left without a second factor."""


class EnrolmentOver(FactorRejected):
    """There is no app waiting for its first code here."""


class FactorResetRejected(HubError):
    """The helpdesk cannot take this step yet, or not with this officer."""


class NumberNotShown(FactorResetRejected):
    """This officer has to be shown the number on file first; no other may be called."""


class CallBackNeeded(FactorResetRejected):
    """The person has to be called back first."""


class SecondOfficerNeeded(FactorResetRejected):
    """Whoever called back cannot approve."""


class ImportRejected(HubError):
    """A list of addresses that cannot be read."""

    def __init__(self, reason: ImportFault) -> None:
        super().__init__(reason)
        self.reason = reason


class LinkRejected(HubError):
    """A link that does not work, or no longer."""
