"""A conversation as a readable transcript: masked, since the log holds nothing else."""

import textwrap
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import phonenumbers
from sqlalchemy import Connection, select

from messaging.contacts import Contacts
from messaging.replies import CONFIRMATION, REPLY
from messaging.store import messages, outbox
from messaging.store.schema import conversations as conversation_rows
from messaging.store.schema import handoffs as handoff_rows
from messaging.store.schema import messages as message_rows
from messaging.store.schema import outbox as outbox_rows
from wire import placeholders
from wire.names import SMS

LOCAL: Final = ZoneInfo("Europe/London")
WIDTH: Final = 100
"""Characters of a line."""

_WHO: Final = {
    messages.PERSON: "parent",
    messages.ASSISTANT: "assistant",
    messages.SERVICE: "service",
    messages.HELPER: "person",
}
_STATES: Final = {
    messages.WAITING: "waits for its turn",
    messages.IGNORED: "not answered",
    messages.DEAD: "could not be worked on",
}
_KINDS: Final = {
    placeholders.CODE: "a code",
    placeholders.PHONE: "a phone number",
    placeholders.EMAIL: "an email address",
    placeholders.INVITATION: "an invitation code",
    placeholders.PASSWORD: "a password, not kept",
    placeholders.NUMBER: "a long number, not kept",
}
_IN_ANSWER: Final = (REPLY, CONFIRMATION)
"""Purposes of texts whose words stand in the log already."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that happened."""

    at: datetime
    seq: int
    who: str
    text: str
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """A whole conversation."""

    conversation_id: str
    channel: str
    begun_at: datetime
    lines: tuple[Line, ...]
    texts: int
    """Sent or to be sent by us."""
    segments: int


def find(connection: Connection, whom: str | None, contacts: Contacts | None) -> str | None:
    """Return the id of a conversation: by its id or its beginning, by a number, or the newest.

    None: there is none. `contacts` is needed to find one by a number.
    """
    column = conversation_rows.c.conversation_id
    newest = select(column).order_by(conversation_rows.c.last_message_at.desc(), column).limit(1)
    if whom is None:
        return connection.execute(newest).scalar_one_or_none()
    number = _e164(whom)
    if number is not None and contacts is not None:
        whom = contacts.conversation_id(number)
    begins = newest.where(column.startswith(whom, autoescape=True))
    return connection.execute(begins).scalar_one_or_none()


def all_ids(connection: Connection) -> list[str]:
    """Return the ids of all conversations, the oldest first."""
    column = conversation_rows.c.conversation_id
    ordered = select(column).order_by(conversation_rows.c.created_at, column)
    return list(connection.execute(ordered).scalars())


def is_number(whom: str) -> bool:
    """Tell whether somebody is named by a telephone number rather than by an id."""
    return _e164(whom) is not None


def _e164(typed: str) -> str | None:
    if any(character.isalpha() for character in typed):
        return None
    try:
        parsed = phonenumbers.parse(typed, "GB")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def read(connection: Connection, conversation_id: str) -> Story | None:
    """Return the story of a conversation; None: it is not there, or was erased."""
    row = connection.execute(
        select(conversation_rows.c.channel, conversation_rows.c.created_at).where(
            conversation_rows.c.conversation_id == conversation_id
        )
    ).one_or_none()
    if row is None:
        return None
    channel, begun_at = row
    texts, segments, about_texts = _texts(connection, conversation_id)
    lines = [*_messages(connection, conversation_id), *about_texts]
    lines += _handoffs(connection, conversation_id)
    return Story(
        conversation_id=conversation_id,
        channel=channel,
        begun_at=begun_at,
        lines=tuple(sorted(lines, key=lambda line: (line.at, line.seq))),
        texts=texts,
        segments=segments,
    )


def _messages(connection: Connection, conversation_id: str) -> list[Line]:
    m = message_rows.c
    rows = connection.execute(
        select(m.created_at, m.seq, m.author, m.kind, m.text, m.state)
        .where(m.conversation_id == conversation_id)
        .order_by(m.seq)
    )
    lines = []
    for at, seq, author, kind, text, state in rows:
        remarks = [*([kind] if kind != "text" else []), _STATES.get(state, "")]
        lines.append(
            Line(
                at=at,
                seq=seq,
                who=_WHO.get(author, author),
                text=readable(text) or f"({kind})",
                remark=", ".join(remark for remark in remarks if remark),
            )
        )
    return lines


def _texts(connection: Connection, conversation_id: str) -> tuple[int, int, list[Line]]:
    o = outbox_rows.c
    rows = connection.execute(
        select(o.created_at, o.seq, o.purpose, o.segments, o.state, o.reason)
        .where(o.conversation_id == conversation_id)
        .order_by(o.seq)
    ).all()
    lines = []
    for at, seq, purpose, segments, state, reason in rows:
        failed = state in (outbox.UNDELIVERED, outbox.FAILED)
        if purpose in _IN_ANSWER and not failed:
            continue
        what = "an answer" if purpose in _IN_ANSWER else purpose.replace("_", " ")
        told = f"{segments} segment{'s' if segments != 1 else ''}, {state}"
        lines.append(
            Line(
                at=at,
                seq=seq,
                who="text",
                text=f"({what})",
                remark=f"{told}: {reason.replace('_', ' ')}" if reason else told,
            )
        )
    return len(rows), sum(row.segments for row in rows), lines


def _handoffs(connection: Connection, conversation_id: str) -> list[Line]:
    h = handoff_rows.c
    rows = connection.execute(
        select(h.created_at, h.reason, h.urgent, h.state).where(
            h.conversation_id == conversation_id
        )
    )
    return [
        Line(
            at=at,
            seq=1_000_000_000,  # after what was said at the same moment
            who="handoff",
            text=f"(a person was asked for: {reason.replace('_', ' ')})",
            remark=f"{'urgent, ' if urgent else ''}{state}",
        )
        for at, reason, urgent, state in rows
    ]


def readable(text: str) -> str:
    """Return a masked text with words in the place of placeholders."""
    named = placeholders.INWARD.sub(lambda found: f"[{_KINDS[found['kind']]}]", text)
    return placeholders.OUTWARD.sub("[shown to the parent only]", named)


def told(story: Story) -> str:
    """Return the story as a page of plain text; times are Staffordshire's."""
    by = "text message" if story.channel == SMS else "web chat"
    begun = story.begun_at.astimezone(LOCAL)
    head = [f"Conversation {story.conversation_id}", f"by {by}, begun {begun:%A %d %B %Y at %H:%M}"]
    if story.channel == SMS:
        head.append(f"{story.texts} texts from us, {story.segments} segments")
    rows = ["\n".join(head), ""]
    day = begun.date()
    for line in story.lines:
        at = line.at.astimezone(LOCAL)
        if at.date() != day:
            day = at.date()
            rows.append(f"---- {at:%A %d %B %Y}")
        remark = f"  <{line.remark}>" if line.remark else ""
        rows.append(_row(f"{at:%H:%M:%S}  {line.who:<9}  ", line.text + remark))
    return "\n".join(rows)


def _row(margin: str, text: str) -> str:
    wrapped = [
        part
        for paragraph in text.splitlines()
        for part in (textwrap.wrap(paragraph, WIDTH - len(margin)) or [""])
    ]
    return margin + ("\n" + " " * len(margin)).join(wrapped)
