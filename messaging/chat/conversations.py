"""Conversations of the web chat: begun, written to, read by a cursor, ended.

The message log is the truth. Everything here is one short transaction, and what is accepted is
committed before anybody is told.
"""

import json
import uuid
from typing import Any, Final

import structlog
from sqlalchemy import Connection, RowMapping, select, update

from clients.sealing import Sealer
from messaging import log
from messaging.chat import links
from messaging.chat.bell import Bell
from messaging.chat.entries import Author, Entry, Reading, Speaker, State
from messaging.chat.errors import ChoiceNotOffered
from messaging.chat.links import JoiningCode
from messaging.chat.schema import chat_links, chat_posts, chat_sessions, chat_shows
from messaging.handoff import board
from messaging.handoff.board import Place
from messaging.handoff.states import State as Having
from messaging.kinds import Kind
from messaging.masking import Masked, mask
from messaging.queue import Wakeups
from messaging.store import conversations, messages
from messaging.store.database import Database
from messaging.store.once import insert_once
from messaging.store.schema import conversations as conversation_rows
from messaging.store.schema import messages as message_rows
from wire.clock import Clock
from wire.envelope import Button
from wire.names import WEBCHAT
from wire.placeholders import outward

_AUTHORS: Final = {
    messages.PERSON: Author.PARENT,
    messages.ASSISTANT: Author.ASSISTANT,
    messages.HELPER: Author.PERSON,
    messages.SERVICE: Author.SERVICE,
}

_m = message_rows.c

_log = structlog.get_logger(__name__)


def new_conversation_id() -> str:
    """Return an id that nobody can guess; the namespace tells the channel."""
    return f"web-{uuid.uuid4()}"


class WebConversations:
    """What the doors of the web chat ask of storage; safe to share between threads."""

    def __init__(
        self, *, database: Database, wakeups: Wakeups, bell: Bell, seal_key: bytes, clock: Clock
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._wakeups = wakeups
        self._bell = bell
        self._sealer = Sealer(seal_key)
        self._link_key = seal_key
        self._clock = clock

    def begin(self) -> str:
        """Make a conversation and return its id.

        Raises:
            DatabaseAway: nothing was made.
        """
        conversation_id, now = new_conversation_id(), self._clock.now()
        with self._database.transaction() as connection:
            conversations.ensure(
                connection, conversation_id, channel=WEBCHAT, sealed_number=None, now=now
            )
            insert_once(
                connection, chat_sessions, {"conversation_id": conversation_id, "begun_at": now}
            )
        return conversation_id

    def is_open(self, conversation_id: str) -> bool:
        """Tell whether the conversation is there and has not been ended.

        Raises:
            DatabaseAway: nobody knows.
        """
        sessions = chat_sessions.c
        with self._database.reading() as connection:
            found = connection.execute(
                select(sessions.conversation_id).where(
                    sessions.conversation_id == conversation_id, sessions.ended_at.is_(None)
                )
            )
            return found.first() is not None

    def end(self, conversation_id: str) -> None:
        """End the conversation for every page; what was said stays for its 30 days.

        Raises:
            DatabaseAway: it has not been ended.
        """
        with self._database.transaction() as connection:
            connection.execute(
                update(chat_sessions)
                .where(chat_sessions.c.conversation_id == conversation_id)
                .values(ended_at=self._clock.now())
            )
            links.part(connection, conversation_id, now=self._clock.now())
        self._bell.ring(conversation_id)

    def offer_phone(self, conversation_id: str) -> JoiningCode:
        """Return the words that a phone has to text to join the conversation.

        Raises:
            DatabaseAway: none were made.
        """
        with self._database.transaction() as connection:
            return links.offer(
                connection, conversation_id, key=self._link_key, now=self._clock.now()
            )

    def leave_phone(self, conversation_id: str) -> None:
        """Go on in the chat alone.

        Raises:
            DatabaseAway: the phone has not been left.
        """
        with self._database.transaction() as connection:
            links.part(connection, conversation_id, now=self._clock.now())
        self._bell.ring(conversation_id)

    def take(self, conversation_id: str, client_id: str, text: str) -> Entry:
        """Take in words, masked; the same client id again gives what was taken the first time.

        Raises:
            DatabaseAway: nothing was taken.
        """
        with self._database.transaction() as connection:
            earlier = _lock_and_find(connection, conversation_id, client_id)
            if earlier is not None:
                return earlier
            entry = self._append(connection, conversation_id, client_id, mask(text), choice=None)
        self._tell(conversation_id)
        return entry

    def press(self, conversation_id: str, client_id: str, message: int, choice: str) -> Entry:
        """Take in a pressed button: its own title, and the id that only the assistant issues.

        Raises:
            ChoiceNotOffered: that message has no such button.
            DatabaseAway: nothing was taken.
        """
        with self._database.transaction() as connection:
            earlier = _lock_and_find(connection, conversation_id, client_id)
            if earlier is not None:
                return earlier
            title = _title_of(connection, conversation_id, message, choice)
            words = Masked(text=title)
            entry = self._append(connection, conversation_id, client_id, words, choice=choice)
        self._tell(conversation_id)
        return entry

    def read(self, conversation_id: str, after: int, limit: int) -> Reading:
        """Return at most so many messages after a cursor, and who answers.

        Raises:
            DatabaseAway: it cannot be read.
        """
        with self._database.reading() as connection:
            rows = (
                connection.execute(
                    _entries()
                    .where(_m.conversation_id == conversation_id, _m.seq > after)
                    .order_by(_m.seq)
                    .limit(limit + 1)
                )
                .mappings()
                .all()
            )
            due_at, phone, begun_at, ended_at = connection.execute(
                select(
                    conversation_rows.c.work_due_at,
                    chat_links.c.last_three,
                    chat_sessions.c.begun_at,
                    chat_sessions.c.ended_at,
                )
                .select_from(conversation_rows.outerjoin(chat_links).outerjoin(chat_sessions))
                .where(conversation_rows.c.conversation_id == conversation_id)
            ).one_or_none() or (None, None, None, None)
            place = board.read(connection, conversation_id)
        return Reading(
            entries=tuple(_entry(row) for row in rows[:limit]),
            state=_state(place, is_working=due_at is not None, phone=phone),
            more=len(rows) > limit,
            is_open=begun_at is not None and ended_at is None,
        )

    def mentions(self, conversation_id: str, reference: str) -> bool:
        """Tell whether something was said to this parent that holds the reference.

        Raises:
            DatabaseAway: nobody knows.
        """
        placeholder = outward(reference)
        with self._database.reading() as connection:
            rows = connection.execute(
                select(_m.text, chat_shows.c.extras)
                .select_from(message_rows.outerjoin(chat_shows))
                .where(_m.conversation_id == conversation_id, _m.author != messages.PERSON)
            )
            return any(
                placeholder in text or placeholder in (extras or {}).values()
                for text, extras in rows
            )

    def _append(
        self,
        connection: Connection,
        conversation_id: str,
        client_id: str,
        words: Masked,
        *,
        choice: str | None,
    ) -> Entry:
        now, message_id = self._clock.now(), log.new_id()
        stored = log.append(
            connection,
            conversation_id,
            message_id=message_id,
            author=messages.PERSON,
            kind=Kind.TEXT,
            text=words.text,
            state=messages.WAITING,
            sealed_values=self._seal(message_id, words),
            now=now,
        )
        post = {
            "message_id": message_id,
            "conversation_id": conversation_id,
            "client_id": client_id,
            "choice": choice,
        }
        insert_once(connection, chat_posts, post)
        conversations.note_work(connection, conversation_id, now=now)
        _log.info(
            "chat.taken",
            conversation=conversation_id,
            turn=message_id,
            placeholders=len(words.values),
            is_choice=choice is not None,
        )
        return Entry(
            seq=stored.seq, at=now, author=Author.PARENT, text=words.text, client_id=client_id
        )

    def _seal(self, message_id: str, words: Masked) -> bytes | None:
        if not words.values:
            return None
        return self._sealer.seal(json.dumps(dict(words.values)), place=message_id)

    def _tell(self, conversation_id: str) -> None:
        self._wakeups.turn(conversation_id)
        self._bell.ring(conversation_id)


def _state(place: Place, *, is_working: bool, phone: str | None) -> State:
    """Return who answers; the dots of an answer being made are the assistant's alone."""
    if not place.is_with_people:
        return State(speaker=Speaker.ASSISTANT, working=is_working, phone=phone)
    if place.agent is None or place.state is not Having.HUMAN:
        return State(speaker=Speaker.WAITING, phone=phone)
    return State(speaker=Speaker.PERSON, name=place.agent, phone=phone)


def _lock_and_find(connection: Connection, conversation_id: str, client_id: str) -> Entry | None:
    """Hold other writers off, and look whether this message is there already."""
    connection.execute(
        select(conversation_rows.c.conversation_id)
        .where(conversation_rows.c.conversation_id == conversation_id)
        .with_for_update()
    )
    row = (
        connection.execute(
            _entries().where(
                chat_posts.c.conversation_id == conversation_id,
                chat_posts.c.client_id == client_id,
            )
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else _entry(row)


def _title_of(connection: Connection, conversation_id: str, seq: int, choice: str) -> str:
    buttons = connection.execute(
        select(chat_shows.c.buttons)
        .join(message_rows, _m.message_id == chat_shows.c.message_id)
        .where(_m.conversation_id == conversation_id, _m.seq == seq)
    ).scalar_one_or_none()
    for button in buttons or ():
        if button["choice"] == choice:
            return str(button["title"])
    raise ChoiceNotOffered


def _entries() -> Any:
    return select(
        _m.seq,
        _m.created_at,
        _m.author,
        _m.text,
        chat_posts.c.client_id,
        chat_shows.c.buttons,
        chat_shows.c.extras,
        chat_shows.c.name,
    ).select_from(
        message_rows.outerjoin(chat_posts, chat_posts.c.message_id == _m.message_id).outerjoin(
            chat_shows, chat_shows.c.message_id == _m.message_id
        )
    )


def _entry(row: RowMapping) -> Entry:
    buttons = tuple(Button(choice=b["choice"], title=b["title"]) for b in row["buttons"] or ())
    return Entry(
        seq=row["seq"],
        at=row["created_at"],
        author=_AUTHORS[row["author"]],
        text=row["text"],
        name=row["name"],
        buttons=buttons,
        extras=row["extras"] or {},
        client_id=row["client_id"],
    )
