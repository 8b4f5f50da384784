"""What can go wrong in the conversation.

MessagingError
├── DatabaseAway       the messaging database cannot be read or written just now
├── SpoolAway          neither can the spool folder: a message cannot be kept
├── LeaseLost          another worker has taken the conversation over
├── Overtaken          the switchboard moved while something was being done
├── TooMany            a text that is over a ceiling
├── TextRefused        a text that another service wants sent is not one we send
└── UnknownText        a response name that no file holds
"""

from datetime import timedelta


class MessagingError(Exception):
    """Something in the conversation went wrong."""


class DatabaseAway(MessagingError):
    """The messaging database cannot be read or written just now; nothing has changed."""


class SpoolAway(MessagingError):
    """The spool folder cannot be written."""


class LeaseLost(MessagingError):
    """The work took longer than its lease and another worker has it now; nothing was stored."""


class Overtaken(MessagingError):
    """Somebody else has moved the switchboard since it was read; look again, nothing was stored."""


class TextRefused(MessagingError):
    """A text that will not be sent; `reason` is a word, `field` the part that is at fault."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class TooMany(MessagingError):
    """A text over the ceiling of this name; there is room again after `retry_after`."""

    def __init__(self, ceiling: str, *, retry_after: timedelta) -> None:
        super().__init__(ceiling)
        self.ceiling = ceiling
        self.retry_after = retry_after


class UnknownText(MessagingError):
    """No file under data/ holds a response of this name."""
