"""From what is said to texts in the outbox: secrets filled in, plain characters, segments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection

from clients.sealing import Sealer
from clients.vault import Vault, VaultExpired
from messaging import log, segments
from messaging.chat import shows
from messaging.log import new_id
from messaging.store import conversations, messages, opt_outs, outbox
from messaging.store.conversations import Conversation
from messaging.texts import Texts
from wire.envelope import Button, Reply
from wire.names import WEBCHAT
from wire.placeholders import OUTWARD

REPLY: Final = "reply"
CONFIRMATION: Final = "confirmation"
"""The one text that follows STOP; the only one that an opt-out does not hold back."""

REPLY_LIFETIME = timedelta(hours=4)
"""An answer that is later than this is of no use any more."""
PERSON_LIFETIME = timedelta(hours=24)
"""A person's words are worth waiting for."""

_EXPIRED = "utter_edge_value_expired"


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing that is said to a person."""

    text: str
    """With placeholders: what the log keeps."""
    parts: tuple[str, ...]
    """As it is sent: values filled in, cut to texts of at most three segments."""
    author: str = messages.ASSISTANT
    purpose: str = REPLY
    buttons: tuple[Button, ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)
    """What only the web chat shows."""
    name: str | None = None
    """Who speaks, where it is a person."""


class Replies:
    """Prepares replies and puts them in the outbox."""

    def __init__(self, *, vault: Vault, texts: Texts, seal_key: bytes, sender: str) -> None:
        """Take the vault, the responses, and the number that answers."""
        self._vault = vault
        self._texts = texts
        self._sealer = Sealer(seal_key)
        self._sender = sender

    def prepare(
        self,
        text: str,
        *,
        channel: str,
        author: str = messages.ASSISTANT,
        purpose: str = REPLY,
        lang: str | None = None,
    ) -> Said:
        """Fill in and cut one reply; asks the vault, so never inside a transaction.

        A value whose time is over makes the whole reply an honest sentence. `lang` is a language
        other than English, for the page's screen readers.

        Raises:
            Unreachable, Nonsense: the vault does not answer.
        """
        try:
            filled = OUTWARD.sub(lambda found: self._vault.get(found["reference"]), text)
        except VaultExpired:
            text = filled = self._texts.say(_EXPIRED, channel=channel)
        parts = segments.split(segments.plain(filled))
        custom = {"lang": lang} if lang and channel == WEBCHAT else {}
        return Said(text=text, parts=tuple(parts), author=author, purpose=purpose, custom=custom)

    def prepare_reply(self, reply: Reply, *, channel: str) -> Said:
        """Prepare what Rasa says.

        The web chat's log keeps the placeholders: a page fetches the values itself, once.

        Raises:
            Unreachable, Nonsense: the vault does not answer.
        """
        if channel == WEBCHAT:
            return Said(text=reply.text, parts=(), buttons=reply.buttons, custom=reply.custom)
        return self.prepare(reply.text, channel=channel)

    def append(
        self,
        connection: Connection,
        conversation: Conversation,
        said: list[Said],
        *,
        key: str,
        turn_id: str | None,
        journey: str | None,
        now: datetime,
    ) -> None:
        """Add what is said to the log and, where the person has a number, to the outbox.

        The log keeps every reply by itself; by text message they leave together, in fewer texts.
        `key` makes it happen once: the same key again adds nothing to the outbox.
        """
        is_opted_out = opt_outs.stands(connection, conversation.conversation_id)
        allowed = [one for one in said if one.purpose == CONFIRMATION or not is_opted_out]
        for thing in allowed:
            message = log.append(
                connection,
                conversation.conversation_id,
                author=thing.author,
                text=thing.text,
                turn_id=turn_id,
                now=now,
            )
            shows.keep(
                connection,
                message.message_id,
                buttons=thing.buttons,
                custom=thing.custom,
                name=thing.name,
            )
        if conversation.sealed_number is None:
            return
        for number, (purpose, lifetime, body) in enumerate(_texts(allowed)):
            self._add(
                connection,
                conversation.conversation_id,
                body,
                purpose=purpose,
                lifetime=lifetime,
                key=f"{key}/{number}",
                journey=journey,
                now=now,
            )

    def _add(
        self,
        connection: Connection,
        conversation_id: str,
        body: str,
        *,
        purpose: str,
        lifetime: timedelta,
        key: str,
        journey: str | None,
        now: datetime,
    ) -> None:
        text_id = new_id()
        outbox.add(
            connection,
            outbox.Text(
                text_id=text_id,
                conversation_id=conversation_id,
                seq=conversations.next_seq(connection, conversation_id, now=now),
                purpose=purpose,
                priority=outbox.IN_TURN,
                sender=self._sender,
                idempotency_key=key,
                sealed_body=self._sealer.seal(body, place=text_id),
                segments=segments.measure(body).segments,
                journey=journey,
                state=outbox.CREATED,
                reason=None,
                created_at=now,
                expires_at=now + lifetime,
                due_at=now,
                tries=0,
                tried_at=None,
            ),
        )


def _lifetime(said: Said) -> timedelta:
    return PERSON_LIFETIME if said.author == messages.HELPER else REPLY_LIFETIME


def _texts(said: list[Said]) -> Iterator[tuple[str, timedelta, str]]:
    """Yield (purpose, lifetime, body) of the texts that carry what is said."""
    groups = groupby(said, key=lambda thing: (thing.purpose, _lifetime(thing)))
    for (purpose, lifetime), things in groups:
        parts = [part for thing in things for part in thing.parts]
        for body in segments.joined(parts):
            yield purpose, lifetime, body
