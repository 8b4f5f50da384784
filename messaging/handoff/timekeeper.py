"""By the clock: holding texts, the end of waiting, and what the network did not deliver."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, select

from messaging.errors import Overtaken
from messaging.handoff import board, cases, relays
from messaging.handoff.cases import Case
from messaging.handoff.desk import Desk, facts_of
from messaging.handoff.lines import Line
from messaging.handoff.pace import KEEPS_TICKET_FOR, Pace
from messaging.handoff.states import State
from messaging.handoff.voice import KEY, Voice
from messaging.store import conversations, outbox
from messaging.store.database import Database
from messaging.store.schema import outbox as outbox_rows
from wire.clock import Clock

UNDELIVERED_BACK: Final = timedelta(days=3)
MANY: Final = 100


class Timekeeper:
    """Does what is due; safe to run in many processes."""

    def __init__(
        self,
        *,
        database: Database,
        desk: Desk,
        pace: Pace,
        voice: Voice,
        clock: Clock,
        news: Callable[[str], None],
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._desk = desk
        self._pace = pace
        self._voice = voice
        self._clock = clock
        self._news = news

    def keep_time(self) -> int:
        """Do what is due: holding texts, the end of waiting, of wrapping up, of an offer.

        Raises:
            DatabaseAway: not now.
        """
        with self._database.reading() as connection:
            due = board.due(connection, now=self._clock.now(), limit=MANY)
        done = 0
        for conversation_id in due:
            try:
                with self._database.transaction() as connection:
                    is_done = self._time_is_up(connection, conversation_id)
            except Overtaken:
                continue
            if is_done:
                done += 1
                self._news(conversation_id)
        return done

    def _time_is_up(self, connection: Connection, conversation_id: str) -> bool:
        now = self._clock.now()
        conversation = conversations.lock(connection, conversation_id)
        place = board.read(connection, conversation_id)
        if conversation is None or place.due_at is None or place.due_at > now:
            return False
        case = cases.get(connection, place.case_id)
        key = f"{KEY}time/{conversation_id}/{place.version}"
        if place.state is State.WAITING and not place.holding_told:
            since = place.since or now
            until = max(since + self._pace.gives_up_after, now + timedelta(seconds=1))
            self._voice.move(connection, place, State.WAITING, holding_told=True, due_at=until)
            if case is not None and case.opened_at is not None:
                line = Line(name="utter_support_holding", values={"team": self._desk.team})
                self._voice.say(connection, conversation, [line], key=key)
        elif place.state in (State.WAITING, State.HUMAN):
            self._voice.move(connection, place, State.TICKET, due_at=now + KEEPS_TICKET_FOR)
            is_unanswered = place.unanswered_since is not None
            if case is not None and is_unanswered and case.opened_at is not None:
                self._voice.say(connection, conversation, [self._nobody_free(connection)], key=key)
        else:
            self._voice.move(connection, place, State.BOT, offer=None, due_at=None, agent=None)
        return True

    def _nobody_free(self, connection: Connection) -> Line:
        now = self._clock.now()
        back = facts_of(connection, self._desk, now=now).back
        if back is None:
            return Line(name="utter_support_nobody_free", values={"team": self._desk.team})
        values = {"team": self._desk.team, "back": back}
        return Line(name="utter_support_nobody_free_back", values=values)

    def tell_undelivered(self) -> int:
        """Tell people which of their replies the network did not deliver; return how many.

        Raises:
            DatabaseAway: not now.
        """
        since, told = self._clock.now() - UNDELIVERED_BACK, 0
        o = outbox_rows.c
        lost = select(o.text_id, o.idempotency_key, o.reason).where(
            o.idempotency_key.startswith(KEY, autoescape=True),
            o.state.in_((outbox.FAILED, outbox.UNDELIVERED)),
            o.created_at >= since,
        )
        with self._database.reading() as connection:
            rows = connection.execute(lost).all()
            fresh = [
                row
                for row in rows
                if not relays.has_cause(connection, f"undelivered/{row.text_id}")
            ]
        for row in fresh:
            relay_id = str(row.idempotency_key).removeprefix(KEY).partition("/")[0]
            with self._database.transaction() as connection:
                case = _case_of(connection, relay_id)
                if case is None:
                    continue  # a sentence of ours, not a person's reply
                reason = str(row.reason or "unknown").replace("_", " ")
                note = f"A part of your reply did not reach the parent's phone: {reason}."
                self._voice.note(connection, case, f"undelivered/{row.text_id}", note)
                told += 1
        return told


def _case_of(connection: Connection, relay_id: str) -> Case | None:
    """Return the case that an event from the helpdesk was about."""
    row = relays.get(connection, relay_id)
    return None if row is None else cases.get(connection, row.case_id)
