"""A message as the assistant gets it: words with placeholders, values in the vault only."""

from collections.abc import Mapping
from typing import Any

from clients.sealing import Sealer
from clients.vault import Vault
from messaging.chat import shows
from messaging.contacts import Contacts
from messaging.inbound import open_values
from messaging.numbers import e164, last_three
from messaging.store.conversations import Conversation
from messaging.store.database import Database
from messaging.store.messages import Message
from wire.envelope import Sender, Turn
from wire.names import WEBCHAT
from wire.placeholders import INWARD, PHONE


class Turns:
    """Makes turns of messages; safe to share between threads."""

    def __init__(
        self, *, database: Database, vault: Vault, contacts: Contacts, seal_key: bytes
    ) -> None:
        """Take everything it needs; nothing is opened."""
        self._database = database
        self._vault = vault
        self._contacts = contacts
        self._sealer = Sealer(seal_key)

    def of(self, held: Conversation, message: Message, noticed: Mapping[str, Any]) -> Turn:
        """Put the values into the vault, where their minutes begin now, and return the turn.

        Raises:
            ClientError, SealBroken: nothing is handed over.
        """
        values = self._values(message)
        return Turn(
            turn_id=message.message_id,
            conversation_id=held.conversation_id,
            channel=held.channel,
            text=message.text,
            references={name: self._vault.put(value) for name, value in values.items()},
            sender=self._sender(held),
            choice=self.choice(held, message),
            signals=noticed,
        )

    def choice(self, held: Conversation, message: Message) -> str | None:
        """Return which choice of a web chat was pressed; None: the words were typed."""
        if held.channel != WEBCHAT:
            return None
        with self._database.reading() as connection:
            return shows.choice_of(connection, message.message_id)

    def numbers(self, held: Conversation, message: Message) -> tuple[str, ...]:
        """Return the ids of the numbers in a web chat's message, and of the phone it came from."""
        if self._contacts.is_of_number(held.conversation_id):
            return ()
        values = self._values(message)
        kinds = {match.group(): match["kind"] for match in INWARD.finditer(" ".join(values))}
        given = [e164(value) for name, value in values.items() if kinds.get(name) == PHONE]
        if held.sealed_number is not None:
            given.append(self._contacts.open(held.sealed_number, held.conversation_id))
        return tuple(self._contacts.conversation_id(number) for number in given if number)

    def _values(self, message: Message) -> Mapping[str, str]:
        return open_values(self._sealer, message.message_id, message.sealed_values)

    def _sender(self, held: Conversation) -> Sender | None:
        if held.sealed_number is None:
            return None
        number = self._contacts.open(held.sealed_number, held.conversation_id)
        return Sender(reference=self._vault.put(number), last_three=last_three(number))
