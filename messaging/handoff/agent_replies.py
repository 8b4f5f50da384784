"""What a person replies: said to the parent, or the person is told why it cannot be."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from messaging import metrics, segments
from messaging.chat.links import SESSION_LIFETIME
from messaging.chat.schema import chat_sessions
from messaging.handoff import cases, words
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.desk import Desk
from messaging.handoff.lines import Line
from messaging.handoff.pace import WRAPS_UP_FOR
from messaging.handoff.relays import Relay
from messaging.handoff.states import State
from messaging.handoff.voice import KEY, Voice
from messaging.handoff.ways import Ways
from messaging.replies import Replies, Said
from messaging.store import messages, opt_outs
from messaging.store.conversations import Conversation
from wire.clock import Clock
from wire.names import SMS, WEBCHAT

IDLE_FOR: Final = timedelta(hours=24)
MOST_PARTS: Final = 4
"""Texts that one reply of a person may take; each has up to three segments."""


class AgentReplies:
    """Says what people reply, inside the caller's transaction."""

    def __init__(
        self, *, desk: Desk, replies: Replies, voice: Voice, ways: Ways, clock: Clock
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._desk = desk
        self._replies = replies
        self._voice = voice
        self._ways = ways
        self._clock = clock

    def say(
        self,
        connection: Connection,
        conversation: Conversation,
        place: Place,
        case: Case,
        relay: Relay,
        body: dict[str, Any],
    ) -> None:
        """Say a reply to the parent; whoever replies has the conversation from then on.

        Args:
            body: what the event carries: `author`, `text`, `files`.
        """
        now = self._clock.now()
        name = str(body.get("author") or "")[:80]
        text = words.for_parent(str(body.get("text") or "")).strip()
        files = int(body.get("files") or 0)
        if not text and not files:
            return
        is_others = place.is_with_people and place.case_id != case.case_id
        state = place.state
        if not is_others:
            state = State.HUMAN if case.is_open else State.WRAP_UP
        said = self._words_of(conversation, name, text, files)
        has_joined = state is State.HUMAN and place.state is not State.HUMAN
        if has_joined and conversation.channel == WEBCHAT and name:
            joined = Line(
                name="utter_support_joined", values={"who": name, "team": self._desk.team}
            )
            said.insert(0, self._voice.line(conversation, joined))
        self._hear(connection, conversation, case, relay, said, text)
        if case.first_reply_at is None:
            waited = self._desk.open_seconds(case.created_at, now)
            metrics.FIRST_REPLY.observe(waited)
            cases.change(connection, case.case_id, first_reply_at=now, first_reply_s=waited)
        if is_others:
            return
        due = IDLE_FOR if state is State.HUMAN else WRAPS_UP_FOR
        self._voice.move(
            connection,
            place,
            state,
            case_id=case.case_id,
            agent=name or None,
            offer=None,
            unanswered_since=None,
            due_at=now + due,
        )

    def _words_of(self, conversation: Conversation, name: str, text: str, files: int) -> list[Said]:
        """Return a person's words as the channel can carry them."""
        said = []
        if text:
            team = self._desk.team
            named = team[:1].upper() + team[1:]
            who = f"{name}, {team}" if name else named
            whole = self._replies.prepare(
                f"{who}: {text}", channel=conversation.channel, author=messages.HELPER
            )
            # A page shows the name beside the words; a text message has to say it.
            parts = whole.parts[:MOST_PARTS]
            said.append(replace(whole, text=text, parts=parts, name=name or named))
            if conversation.channel == SMS and len(whole.parts) > MOST_PARTS:
                said.append(self._voice.line(conversation, Line(name="utter_support_cut")))
        if files:
            line = Line(name="utter_support_file_no_link")
            if self._ways.hub_url:
                line = Line(name="utter_support_file", values={"link": self._ways.hub_url})
            said.append(self._voice.line(conversation, line))
        return said

    def _hear(
        self,
        connection: Connection,
        conversation: Conversation,
        case: Case,
        relay: Relay,
        said: list[Said],
        text: str,
    ) -> None:
        """Let the parent have a person's words, or tell the person why they cannot."""
        reason = self._why_unreachable(connection, conversation)
        if reason is not None:
            note = f"Your reply was not delivered: {reason}."
            self._voice.note(connection, case, f"undelivered/{relay.relay_id}", note)
            # The log keeps it: in a web chat that is opened again it is there.
            if conversation.channel == SMS:
                return
        whole = segments.split(segments.plain(text)) if conversation.channel == SMS else []
        if len(whole) > MOST_PARTS:
            sent = sum(len(part) for part in whole[:MOST_PARTS])
            note = f"Your reply was too long for text messages: about {sent} characters were sent."
            self._voice.note(connection, case, f"cut/{relay.relay_id}", note)
        self._voice.append(connection, conversation, said, key=f"{KEY}{relay.relay_id}")

    def _why_unreachable(self, connection: Connection, conversation: Conversation) -> str | None:
        if opt_outs.stands(connection, conversation.conversation_id):
            return "the parent has stopped texts from this number"
        if conversation.channel != WEBCHAT:
            return None
        session = connection.execute(
            select(chat_sessions).where(
                chat_sessions.c.conversation_id == conversation.conversation_id
            )
        ).one_or_none()
        if session is not None and session.ended_at is not None:
            return "the parent has ended the chat"
        if session is not None and self._clock.now() - session.begun_at >= SESSION_LIFETIME:
            return "the chat is older than a day, so the parent may not see it"
        return None
