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

LOCKED: Final = "locked"
LOST_PHONE: Final = "lost_phone"
LOCKED_OUT: Final = frozenset({LOCKED, LOST_PHONE})
"""Reasons that keep a parent out of the hub; like wellbeing they come first."""

LOCK_OUT_LINES: Final[Mapping[str, str]] = {
    "authenticator locked": LOCKED,
    "authenticator locked again": LOCKED,
    "authenticator locked for good": LOCKED,
    "registration code locked": LOCKED,
    "registration code locked again": LOCKED,
    "registration code locked for good": LOCKED,
    "sign in locked": LOCKED,
    "sign in locked until": LOCKED,
    "sign in locked for good": LOCKED,
    "guidance lost phone": LOST_PHONE,
    "guidance lost phone in registration": LOST_PHONE,
    "lost phone begun": LOST_PHONE,
    "lost phone already": LOST_PHONE,
    "lost phone asked": LOST_PHONE,
    "lost phone asked again": LOST_PHONE,
    "lost phone too many": LOST_PHONE,
    "lost phone left": LOST_PHONE,
}
"""What the assistant says to somebody who is locked out, and the reason that it makes."""
_LATELY: Final = 3
"""Of the last answers so many count: who was locked out and went on is not locked out any more."""

REASONS: Final[Mapping[str, str]] = {
    "asked": "asked for a person",
    "wellbeing": "wrote of distress or danger",
    "text_not_delivered": "a text to them could not be delivered",
    LOCKED: "is locked out of the hub",
    LOST_PHONE: "has lost the phone of their second factor",
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
    return Ticket(
        case_id=case.case_id,
        reference=case.reference,
        title=f"[{case.reference}] {'URGENT: ' if case.urgent else ''}Parent {_reason(case)}",
        summary=_summary(case, conversation, facts, log),
        transcript="\n".join(_line(message) for message in log),
        urgent=case.urgent,
        fields=shared(connection, case, contacts),
        link=link,
    )


def reason_of(asked: Mapping[str, Any]) -> str:
    """Return why a person is wanted: as it was asked for, or what keeps the parent out."""
    reason = str(asked.get("reason") or "asked")[:64]
    if reason != "asked":
        return reason
    tried = (asked.get("facts") or {}).get("tried") or []
    for line in reversed(list(tried)[-_LATELY:]):
        if line in LOCK_OUT_LINES:
            return LOCK_OUT_LINES[line]
    form = str(asked.get("journey") or "").removesuffix("_form")
    return LOST_PHONE if form == LOST_PHONE else reason


def is_urgent(reason: str, *, has_urgent_words: bool) -> bool:
    """Tell whether a case goes before others."""
    return has_urgent_words or reason == "wellbeing" or reason in LOCKED_OUT


def _log(connection: Connection, case: Case) -> Sequence[Message]:
    newest = messages.latest(
        connection, case.conversation_id, authors=tuple(AUTHORS), limit=MOST_MESSAGES * 2
    )
    before = [message for message in newest if message.created_at <= case.created_at]
    return before[:MOST_MESSAGES][::-1]


def shared(connection: Connection, case: Case, contacts: Contacts) -> dict[str, str]:
    """Return what the parent agreed to share: `phone`, or nothing."""
    conversation = conversations.get(connection, case.conversation_id)
    if case.consent != cases.SHARE_NUMBER or conversation is None:
        return {}
    if conversation.sealed_number is None:
        return {}
    return {"phone": contacts.open(conversation.sealed_number, conversation.conversation_id)}


def _reason(case: Case) -> str:
    return REASONS.get(case.reason, case.reason.replace("_", " "))


def _summary(
    case: Case,
    conversation: Conversation,
    facts: Mapping[str, Any],
    log: Sequence[Message],
) -> str:
    is_by_text = conversation.channel == SMS
    is_shared = {
        cases.SHARE_NUMBER: "yes, the parent agreed: it stands in this ticket",
        cases.NO_NUMBER: "no: the parent did not agree, or has none here",
        cases.NOT_ASKED: "no: the parent could not be asked",
    }[case.consent]
    said = " ".join(message.text for message in log if message.author == messages.PERSON)
    rows = (
        ("Who", f"A parent {'by text message' if is_by_text else 'in the web chat'}"),
        ("Why", f"The parent {_reason(case)}"),
        ("Verified", _fact(facts, "verified", "not known")),
        ("Journey", _plain(case.journey)),
        ("Step", _plain(case.step)),
        ("Last answer of the assistant", _fact(facts, "last_answer", "none")),
        ("What was tried", _fact(facts, "tried", "nothing yet")),
        ("Channel", CHANNELS.get(conversation.channel, "web chat")),
        ("Language", foreign_language(said) or "en"),
        ("Number shared", is_shared),
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
