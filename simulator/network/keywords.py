"""Words that Twilio takes for itself: STOP, START, HELP and their kin.

Source: Twilio, "Support for opt-out keywords" and "Advanced Opt-Out". Only a whole body counts, in
any case: "STOP." and "stop please" are words for the application.
"""

from enum import StrEnum


class OptOut(StrEnum):
    """How the account handles opt-out keywords."""

    DEFAULT = "default"
    """A long code without a Messaging Service: canned replies, and the text comes in unmarked."""
    ADVANCED = "advanced"
    """Advanced Opt-Out on a Messaging Service: the webhook is told by `OptOutType`."""
    OFF = "off"
    """Switched off by Twilio's support: every word is the application's."""


class Keyword(StrEnum):
    """What a keyword asks for, spelt as `OptOutType` spells it."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


DEFAULT_WORDS: dict[str, Keyword] = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        Keyword.STOP,
    ),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}

ADVANCED_WORDS: dict[str, Keyword] = {keyword.value: keyword for keyword in Keyword}
"""Every default word can be removed there but these three; a council keeps these three."""

CANNED: dict[Keyword, str] = {
    Keyword.STOP: (
        "You have successfully been unsubscribed. You will not receive any more messages from "
        "this number. Reply START to resubscribe."
    ),
    Keyword.START: (
        "You have successfully been re-subscribed to messages from this number. Reply HELP for "
        "help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
    ),
    Keyword.HELP: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def keyword_in(body: str, handling: OptOut) -> Keyword | None:
    """Return what a text asks of Twilio, None where it is the application's alone."""
    words = {
        OptOut.DEFAULT: DEFAULT_WORDS,
        OptOut.ADVANCED: ADVANCED_WORDS,
        OptOut.OFF: {},
    }[handling]
    return words.get(body.strip().upper())
