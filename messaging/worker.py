"""One turn of a conversation at a time, in order, across all workers.

A worker takes the lease of a conversation, hands its oldest waiting message in, and stores the
replies, the end of the turn and the lease's renewal in one transaction that fails when the lease is
lost. Killed anywhere, it leaves either a message that waits or one that is done with its replies in
the outbox; Rasa gives the same turn the same answer.
"""

from collections.abc import Callable
from datetime import timedelta

import structlog

from clients.errors import ClientError
from clients.sealing import SealBroken
from messaging import metrics
from messaging.chat import links, numbers
from messaging.errors import DatabaseAway, LeaseLost, Overtaken
from messaging.handoff.switchboard import Switchboard
from messaging.notices import Answering
from messaging.outbox import Outbox, Try, some_jitter
from messaging.outcome import Outcome
from messaging.replies import Replies
from messaging.store import conversations, handoffs, messages
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.messages import Message
from wire.clock import Clock
from wire.names import WEBCHAT

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
TELL_DELAY_AFTER = timedelta(seconds=30)

_log = structlog.get_logger(__name__)


class TurnWorker:
    """Works on conversations; safe to share between threads and to run in many processes."""

    def __init__(
        self,
        *,
        database: Database,
        answers: Answering,
        replies: Replies,
        outbox: Outbox,
        lease: timedelta,
        clock: Clock,
        news: Callable[[str], None],
        jitter: Callable[[], float] = some_jitter,
        switchboard: Switchboard | None = None,
    ) -> None:
        """Take everything it needs; `news` is told of a web chat whose log has grown."""
        self._switchboard = switchboard
        self._database = database
        self._answers = answers
        self._replies = replies
        self._outbox = outbox
        self._lease = lease
        self._clock = clock
        self._news = news
        self._jitter = jitter

    def work(self, conversation_id: str) -> int:
        """Do every turn that waits in this conversation, unless somebody else is at it.

        Returns how many were done. Whatever goes wrong is logged and tried again later.
        """
        done = 0
        with structlog.contextvars.bound_contextvars(conversation=conversation_id):
            try:
                taken = self._take(conversation_id)
                while taken is not None:
                    taken = self._run_turn(*taken)
                    done += 1
            except LeaseLost:
                _log.warning("turn.lease_lost")
            except DatabaseAway as exc:
                _log.error("turn.database_away", cause=str(exc))
            except _Postponed:
                pass
            except Exception:  # noqa: BLE001 - one bad turn must not stop the others
                # The lease runs out by itself and the sweep tries again.
                _log.exception("turn.broke")
        return done

    def _take(self, conversation_id: str) -> tuple[Conversation, Message] | None:
        now = self._clock.now()
        with self._database.transaction(durable=False) as connection:
            held = conversations.take(connection, conversation_id, now=now, until=now + self._lease)
            if held is None:
                return None
            message = messages.next_waiting(connection, conversation_id)
            if message is None:
                conversations.release(connection, held)
                return None
        return held, message

    def _run_turn(
        self, held: Conversation, message: Message
    ) -> tuple[Conversation, Message] | None:
        """Do one turn and return the next one that waits."""
        began = self._clock.monotonic()
        waited = self._clock.now() - message.created_at
        with structlog.contextvars.bound_contextvars(turn=message.message_id):
            heard = self._as_heard(held, message)
            outcome, following, first = self._answer(heard, message)
            metrics.TURNS.labels(state=outcome.state).inc()
            metrics.TURN_WAIT.observe(max(0.0, waited.total_seconds()))
            metrics.TURN_TIME.observe(self._clock.monotonic() - began)
            for handoff in outcome.wants:
                metrics.HANDOFFS.labels(
                    reason=handoff.reason, urgent=str(handoff.urgent).lower()
                ).inc()
                _log.warning("turn.person_wanted", reason=handoff.reason, urgent=handoff.urgent)
            _log.info(
                "turn.done",
                kind=message.kind,
                replies=len(outcome.said),
                state=outcome.state,
                seconds=round(self._clock.monotonic() - began, 3),
                waited_s=round(waited.total_seconds(), 3),
            )
            self._pass_on(held, first)
        return following

    def _as_heard(self, held: Conversation, message: Message) -> Conversation:
        if held.channel != WEBCHAT or held.sealed_number is None:
            return held
        with self._database.reading() as connection:
            return links.as_heard(connection, held, message)

    def _answer(
        self, held: Conversation, message: Message
    ) -> tuple[Outcome, tuple[Conversation, Message] | None, Try | None]:
        """Find the answer and store it; once more where a person has begun to speak meanwhile.

        What the assistant was about to say is then never said, and the message goes to the person.
        """
        while True:
            try:
                outcome = self._answers.to(held, message)
            except (ClientError, SealBroken) as exc:
                self._postpone(held, exc)
                raise _Postponed from exc
            try:
                return outcome, *self._finish(held, message, outcome)
            except Overtaken:
                _log.info("turn.overtaken")

    def _pass_on(self, held: Conversation, first: Try | None) -> None:
        """Show what was said to open pages, or send it to the phone."""
        if held.channel == WEBCHAT:
            self._news(held.conversation_id)
        if first is not None:
            self._outbox.send_due(held.conversation_id, first)

    def _finish(
        self, held: Conversation, message: Message, outcome: Outcome
    ) -> tuple[tuple[Conversation, Message] | None, Try | None]:
        """Store the end of the turn with its replies, and take the next message, in one step.

        The sending of the first reply begins in the same step.
        """
        now = self._clock.now()
        with self._database.transaction() as connection:
            conversations.turn_done(
                connection, held, awaiting=outcome.awaiting, journey=outcome.journey
            )
            for handoff in outcome.wants:
                handoffs.want(connection, handoff)
            numbers.given(connection, held.conversation_id, outcome.numbers)
            if outcome.plan is not None and self._switchboard is not None:
                self._switchboard.apply(connection, outcome.plan)
            messages.close(connection, message.message_id, state=outcome.state, now=now)
            self._replies.append(
                connection,
                held,
                outcome.said,
                key=message.message_id,
                turn_id=message.message_id,
                journey=outcome.journey,
                now=now,
            )
            first = self._outbox.begin(connection, held.conversation_id)
            following = messages.next_waiting(connection, held.conversation_id)
            if following is None:
                conversations.release(connection, held)
                return None, first
            conversations.renew(connection, held, until=now + self._lease)
            fresh = conversations.get(connection, held.conversation_id)
        assert fresh is not None
        return (fresh, following), first

    def _postpone(self, held: Conversation, exc: Exception) -> None:
        """Leave the message where it is; tell the person once when it takes long."""
        now = self._clock.now()
        pause = min(FIRST_PAUSE_S * 2 ** min(held.failed_tries, 16), LONGEST_PAUSE_S)
        since = held.waiting_since or now
        must_tell = not held.delay_told and now - since >= TELL_DELAY_AFTER
        said = [self._answers.fixed(held, "utter_edge_delay")] if must_tell else []
        with self._database.transaction() as connection:
            if must_tell:
                conversations.delay_told(connection, held)
                key = f"delay/{held.conversation_id}/{since.isoformat()}"
                self._replies.append(
                    connection, held, said, key=key, turn_id=None, journey=held.journey, now=now
                )
            conversations.postpone(
                connection, held, due_at=now + timedelta(seconds=pause * self._jitter())
            )
        metrics.POSTPONED.inc()
        _log.warning(
            "turn.postponed",
            cause=str(exc) if isinstance(exc, ClientError) else type(exc).__name__,
            tries=held.failed_tries + 1,
            told=must_tell,
        )
        if must_tell:
            self._news(held.conversation_id)
            self._outbox.send_due(held.conversation_id)


class _Postponed(Exception):
    """The turn did not come to an end; it has been put off."""
