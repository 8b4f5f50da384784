"""What can be told of a text without understanding it: words, or something else."""

import re
from enum import StrEnum


class Kind(StrEnum):
    """What a text is."""

    TEXT = "text"
    EMPTY = "empty"
    UNREAD = "unread"
    """Its webhook never came, and the carrier has erased the words."""
    MEDIA = "media"
    """A picture, a voice note, a contact card."""
    REACTION = "reaction"
    """A thumb or a heart on one of our texts, which networks deliver as a text."""
    AUTO_REPLY = "auto_reply"
    """Written by a machine: answering it would answer a machine."""
    TOO_LONG = "too_long"
    STOP = "stop"
    START = "start"
    HELP = "help"
    JOIN = "join"
    """Asks to go on with a web chat; stored as what came of it."""
    JOINED = "joined"
    NOT_JOINED = "not_joined"
    LEFT = "left"
    """Back to the web chat alone."""


_THIN = "[\u200a-\u200f\ufeff]*"
_QUOTED = r"[\"“”„«].*[\"“”»]"
# Apple's wording, then Google's; both quote the text that is reacted to.
_REACTION = re.compile(
    rf"(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|removed an? \w+ from) {_QUOTED}"
    rf"|(?:reacted|removed) \W{{1,8}} (?:to|from) {_QUOTED}"
    rf"|{_THIN}[^\w\s]{{1,12}} to {_THIN}{_QUOTED}{_THIN}",
    re.IGNORECASE | re.DOTALL,
)
_CARD = re.compile(r"\s*BEGIN:V(?:CARD|CALENDAR)\b", re.IGNORECASE)
_AUTO_REPLY = re.compile(
    r"\W*(?:"
    r"(?:this is an? )?auto(?:matic|mated)?[- ]?(?:reply|response|message)\b"
    r"|out[- ]of[- ](?:the[- ])?office\b"
    r"|(?:i am|i'm|i’m) (?:currently )?(?:driving|out of the office|on annual leave)\b"
    r".{0,60}(?:focus|do not disturb|silenced|get back to you|reply when|call you|later|return)"
    r"|(?:i am|i'm|i’m) driving with (?:do not disturb|focus|driving focus)"
    r")",
    re.IGNORECASE | re.DOTALL,
)


def of_words(body: str) -> Kind:
    """Tell words from what phones and machines write in a person's name."""
    if _CARD.match(body):
        return Kind.MEDIA
    if _REACTION.fullmatch(body):
        return Kind.REACTION
    if _AUTO_REPLY.match(body):
        return Kind.AUTO_REPLY
    return Kind.TEXT
