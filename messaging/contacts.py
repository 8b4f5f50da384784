"""Numbers and the opaque conversation ids that stand for them."""

import hashlib
import hmac

from clients.sealing import Sealer
from wire.names import SMS

_PREFIX = f"{SMS}-"


class Contacts:
    """Turns a number into its conversation id, and seals and opens numbers; keeps nothing."""

    def __init__(self, conversation_key: bytes, seal_key: bytes) -> None:
        """Take the key of the hash, which is never rotated, and that of the seal."""
        self._key = conversation_key
        self._sealer = Sealer(seal_key)

    def conversation_id(self, number: str) -> str:
        """Return the one id of this number; nobody without the key can find the number again."""
        digest = hmac.new(self._key, number.encode(), hashlib.sha256).hexdigest()
        return _PREFIX + digest[:40]

    @staticmethod
    def is_of_number(conversation_id: str) -> bool:
        """Tell whether a conversation is that of a number, by text; else it is a web chat."""
        return conversation_id.startswith(_PREFIX)

    def block_id(self, number: str) -> str:
        """Return the one id of all numbers that differ from this one in the last four digits."""
        digest = hmac.new(self._key, b"block " + number[:-4].encode(), hashlib.sha256).hexdigest()
        return digest[:40]

    def seal(self, number: str) -> bytes:
        """Return the number sealed to its conversation."""
        return self.seal_to(number, self.conversation_id(number))

    def seal_to(self, number: str, conversation_id: str) -> bytes:
        """Return the number sealed to another conversation that it takes part in."""
        return self._sealer.seal(number, place=conversation_id)

    def open(self, sealed: bytes, conversation_id: str) -> str:
        """Return the number behind a conversation.

        Raises:
            SealBroken: the seal is not of this conversation or not of this key.
        """
        return self._sealer.open(sealed, place=conversation_id)
