"""One turn of a conversation at a time, in order, across all workers.

A worker takes the lease of a conversation, hands its oldest waiting message in, and stores the
replies, the end of the turn and the lease's renewal in one transaction that fails when the lease is
lost. Killed anywhere, it leaves either a message that waits or one that is done with its replies in
the outbox; Rasa gives the same turn the same answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Protocol

import structlog

from clients.errors import ClientError, Refused
from clients.sealing import SealBroken, Sealer
from clients.vault import Vault
from messaging.chat import shows
from messaging.contacts import Contacts
from messaging.errors import DatabaseAway, LeaseLost
from messaging.inbound import Kind, open_values
from messaging.outbox import Outbox, Try, some_jitter
from messaging.replies import CONFIRMATION, REPLY, Replies, Said
from messaging.store import conversations, messages, opt_outs
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.messages import Message
from messaging.texts import Texts
from wire.clock import Clock
from wire.envelope import Sender, Turn, TurnAnswer
from wire.names import WEBCHAT

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
TELL_DELAY_AFTER = timedelta(seconds=30)
LAST_TRY_AFTER = timedelta(hours=24)
"""A step's state is kept as long; an answer after that would answer nothing."""

_BAD_REQUEST: Final = 400
_LAST_THREE = 3

_FIXED: Final = {
    Kind.EMPTY: "utter_edge_empty",
    Kind.MEDIA: "utter_edge_text_only",
    Kind.TOO_LONG: "utter_edge_too_long",
    Kind.STOP: "utter_edge_stopped",
    Kind.START: "utter_edge_started",
    Kind.HELP: "utter_edge_help",
}

_log = structlog.get_logger(__name__)


class Assistant(Protocol):
    """What is asked of `clients.rasa.Rasa`."""

    def hand_in(self, turn: Turn) -> TurnAnswer:
        """Return the answer to a turn."""


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """What a turn came to."""

    said: list[Said] = field(default_factory=list)
    awaiting: str | None = None
    state: str = messages.DONE


def no_signals(_text: str) -> Mapping[str, Any]:
    """Notice nothing."""
    return {}


class TurnWorker:
    """Works on conversations; safe to share between threads and to run in many processes."""

    def __init__(
        self,
        *,
        database: Database,
        assistant: Assistant,
        vault: Vault,
        contacts: Contacts,
        replies: Replies,
        texts: Texts,
        outbox: Outbox,
        seal_key: bytes,
        lease: timedelta,
        clock: Clock,
        contact: Mapping[str, str],
        news: Callable[[str], None],
        notice: Callable[[str], Mapping[str, Any]] = no_signals,
        jitter: Callable[[], float] = some_jitter,
    ) -> None:
        """Take everything it needs.

        `contact` holds the helpdesk's `phone`, `email`, `hours`; `news` is told of a conversation
        whose log has grown.
        """
        self._database = database
        self._assistant = assistant
        self._vault = vault
        self._contacts = contacts
        self._replies = replies
        self._texts = texts
        self._outbox = outbox
        self._sealer = Sealer(seal_key)
        self._lease = lease
        self._clock = clock
        self._contact = contact
        self._news = news
        self._notice = notice
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
            try:
                outcome = self._outcome(held, message)
            except (ClientError, SealBroken) as exc:
                self._postpone(held, exc)
                raise _Postponed from exc
            following, first = self._finish(held, message, outcome)
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

    def _pass_on(self, held: Conversation, first: Try | None) -> None:
        """Show what was said to open pages, or send it to the phone."""
        if held.channel == WEBCHAT:
            self._news(held.conversation_id)
        if first is not None:
            self._outbox.send_due(held.conversation_id, first)

    def _outcome(self, held: Conversation, message: Message) -> _Outcome:
        kind = Kind(message.kind)
        if kind is not Kind.STOP and self._is_opted_out(held):
            return _Outcome(awaiting=held.awaiting, state=messages.IGNORED)
        if kind in _FIXED:
            purpose = CONFIRMATION if kind is Kind.STOP else REPLY
            said = self._fixed(held, _FIXED[kind], purpose=purpose)
            return _Outcome(said=[said], awaiting=held.awaiting)
        if self._clock.now() - message.created_at > LAST_TRY_AFTER:
            return self._unanswerable(held, "too_late")
        return self._ask(held, message)

    def _ask(self, held: Conversation, message: Message) -> _Outcome:
        turn = self._turn(held, message)
        try:
            answer = self._assistant.hand_in(turn)
        except Refused as exc:
            if exc.status != _BAD_REQUEST:
                raise
            return self._unanswerable(held, "refused")
        said = [
            self._replies.prepare_reply(reply, channel=held.channel) for reply in answer.replies
        ]
        return _Outcome(said=said, awaiting=answer.awaiting)

    def _turn(self, held: Conversation, message: Message) -> Turn:
        """Put the values into the vault, where their minutes begin now."""
        values = open_values(self._sealer, message.message_id, message.sealed_values)
        return Turn(
            turn_id=message.message_id,
            conversation_id=held.conversation_id,
            channel=held.channel,
            text=message.text,
            references={name: self._vault.put(value) for name, value in values.items()},
            sender=self._sender(held),
            choice=self._choice(held, message),
            signals=self._notice(message.text),
        )

    def _choice(self, held: Conversation, message: Message) -> str | None:
        if held.channel != WEBCHAT:
            return None
        with self._database.reading() as connection:
            return shows.choice_of(connection, message.message_id)

    def _sender(self, held: Conversation) -> Sender | None:
        if held.sealed_number is None:
            return None
        number = self._contacts.open(held.sealed_number, held.conversation_id)
        return Sender(reference=self._vault.put(number), last_three=number[-_LAST_THREE:])

    def _finish(
        self, held: Conversation, message: Message, outcome: _Outcome
    ) -> tuple[tuple[Conversation, Message] | None, Try | None]:
        """Store the end of the turn with its replies, and take the next message, in one step.

        The sending of the first reply begins in the same step.
        """
        now = self._clock.now()
        with self._database.transaction() as connection:
            conversations.turn_done(connection, held, awaiting=outcome.awaiting)
            messages.close(connection, message.message_id, state=outcome.state, now=now)
            self._replies.append(
                connection,
                held,
                outcome.said,
                key=message.message_id,
                turn_id=message.message_id,
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
        said = [self._fixed(held, "utter_edge_delay")] if must_tell else []
        with self._database.transaction() as connection:
            if must_tell:
                conversations.delay_told(connection, held)
                key = f"delay/{held.conversation_id}/{since.isoformat()}"
                self._replies.append(connection, held, said, key=key, turn_id=None, now=now)
            conversations.postpone(
                connection, held, due_at=now + timedelta(seconds=pause * self._jitter())
            )
        _log.warning(
            "turn.postponed",
            cause=str(exc) if isinstance(exc, ClientError) else type(exc).__name__,
            tries=held.failed_tries + 1,
            told=must_tell,
        )
        if must_tell:
            self._news(held.conversation_id)
            self._outbox.send_due(held.conversation_id)

    def _unanswerable(self, held: Conversation, cause: str) -> _Outcome:
        _log.error("turn.dead", cause=cause)
        said = self._fixed(held, "utter_edge_trouble")
        return _Outcome(said=[said], awaiting=held.awaiting, state=messages.DEAD)

    def _fixed(self, held: Conversation, name: str, *, purpose: str = REPLY) -> Said:
        text = self._texts.say(name, channel=held.channel)
        if name == _FIXED[Kind.HELP]:
            text = " ".join([text, *self._contact_lines(held.channel)])
        return self._replies.prepare(
            text, channel=held.channel, author=messages.SERVICE, purpose=purpose
        )

    def _contact_lines(self, channel: str) -> list[str]:
        """Say how to reach a person: only what is configured, nothing invented."""
        return [
            self._texts.say(f"utter_edge_contact_{way}", channel=channel, **{way: value})
            for way, value in self._contact.items()
        ]

    def _is_opted_out(self, held: Conversation) -> bool:
        with self._database.reading() as connection:
            return opt_outs.stands(connection, held.conversation_id)


class _Postponed(Exception):
    """The turn did not come to an end; it has been put off."""
