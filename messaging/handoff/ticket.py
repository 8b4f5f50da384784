"""What a person reads first: a plain summary, then the masked transcript, without a secret."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from clients.helpdesk import Ticket
from messaging.contacts import Contacts
from messaging.handoff import cases, words
from messaging.handoff.cases import Case
from messaging.handoff.hours import ZONE
from messaging.kinds import Kind
from messaging.languages import foreign_language
from messaging.store import conversations, messages
from messaging.store.conversations import Conversation
from messaging.store.messages import Message
from wire.names import SMS

MOST_MESSAGES: Final = 40
_LAST_THREE: Final = 3

LOCKED_OUT: Final = frozenset({"locked", "lost_phone", "lost_factor", "factor_reset"})
"""Reasons that keep a parent out of the hub; like wellbeing they come first."""

REASONS: Final[Mapping[str, str]] = {
    "asked": "asked for a person",
    "wellbeing": "wrote of distress or danger",
    "text_not_delivered": "a text to them could not be delivered",
    "locked": "is locked out of the hub",
    "lost_phone": "has lost the phone of their second factor",
    "lost_factor": "has lost their second factor",
    "misses": "was not understood several times",
    "complaint": "has a complaint",
    "language": "writes in another language",
}
CHANNELS: Final = {SMS: "text message"}
AUTHORS: Final = {
    messages.PERSON: "Parent",
    messages.ASSISTANT: "Assistant",
    messages.SERVICE: "Assistant",
    messages.HELPER: "Helpdesk",
}
_HELD_BACK: Final[Mapping[str, str]] = {
    Kind.MEDIA: "[sent a picture or a file, which was not accepted]",
    Kind.EMPTY: "[sent a message without words]",
}


def compose(
    connection: Connection,
    case: Case,
    contacts: Contacts,
    *,
    facts: Mapping[str, Any],
    link: str | None,
) -> Ticket:
    """Write the ticket of a case, as things stood when it was made."""
    conversation = conversations.get(connection, case.conversation_id)
    assert conversation is not None
    log = _log(connection, case)
    number = _number(conversation, contacts)
    is_shared = case.consent == cases.SHARE_NUMBER and number is not None
    return Ticket(
        case_id=case.case_id,
        reference=case.reference,
        title=f"[{case.reference}] {'URGENT: ' if case.urgent else ''}Parent {_reason(case)}",
        summary=_summary(case, conversation, number, facts, log),
        transcript="\n".join(_line(message) for message in log),
        urgent=case.urgent,
        fields={"phone": number} if is_shared and number else {},
        link=link,
    )


def is_urgent(reason: str, *, has_urgent_words: bool) -> bool:
    """Tell whether a case goes before others."""
    return has_urgent_words or reason == "wellbeing" or reason in LOCKED_OUT


def _log(connection: Connection, case: Case) -> Sequence[Message]:
    newest = messages.latest(
        connection, case.conversation_id, authors=tuple(AUTHORS), limit=MOST_MESSAGES * 2
    )
    before = [message for message in newest if message.created_at <= case.created_at]
    return before[:MOST_MESSAGES][::-1]


def _number(conversation: Conversation, contacts: Contacts) -> str | None:
    if conversation.sealed_number is None:
        return None
    return contacts.open(conversation.sealed_number, conversation.conversation_id)


def _reason(case: Case) -> str:
    return REASONS.get(case.reason, case.reason.replace("_", " "))


def _summary(
    case: Case,
    conversation: Conversation,
    number: str | None,
    facts: Mapping[str, Any],
    log: Sequence[Message],
) -> str:
    who = "A parent in the web chat" if number is None else "A parent by text message"
    if number is not None:
        who += f", number ending {number[-_LAST_THREE:]}"
    shared = {
        cases.SHARE_NUMBER: "yes, the parent agreed: it stands in this ticket",
        cases.NO_NUMBER: "no: the parent did not agree, or has none here",
        cases.NOT_ASKED: "no: the parent could not be asked",
    }[case.consent]
    said = " ".join(message.text for message in log if message.author == messages.PERSON)
    rows = (
        ("Who", who),
        ("Why", f"The parent {_reason(case)}"),
        ("Verified", _fact(facts, "verified", "not known")),
        ("Journey", _plain(case.journey)),
        ("Step", _plain(case.step)),
        ("Last answer of the assistant", _fact(facts, "last_answer", "none")),
        ("What was tried", _fact(facts, "tried", "nothing yet")),
        ("Channel", CHANNELS.get(conversation.channel, "web chat")),
        ("Language", foreign_language(said) or "en"),
        ("Number shared", shared),
        ("Agreed to", f"words of version {case.consent_version}, {at(case.created_at)}"),
    )
    return "\n".join(f"{name}: {value}" for name, value in rows)


def _fact(facts: Mapping[str, Any], name: str, otherwise: str) -> str:
    value = facts.get(name)
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(one) for one in value)
    return str(value)[:400] if value else otherwise


def _plain(name: str | None) -> str:
    return name.replace("_", " ") if name else "none"


def _line(message: Message) -> str:
    return f"{at(message.created_at)} {AUTHORS[message.author]}: {shown(message)}"


def shown(message: Message) -> str:
    """Return a message as people read it: masked, and what was held back is named."""
    text = _HELD_BACK.get(message.kind) or words.for_transcript(message.text)
    mark = " [not answered]" if message.state in (messages.IGNORED, messages.DEAD) else ""
    return f"{text}{mark}"


def at(moment: datetime) -> str:
    """Return a moment as it is on the wall."""
    return moment.astimezone(ZONE).strftime("%d %b %H:%M")
