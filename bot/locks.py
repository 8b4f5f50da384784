"""One turn of a conversation at a time, within this process.

`messaging` hands in one message of a conversation after the other; this holds for the moment when
a worker gave up waiting and hands the same turn in again. Rasa's own lock looks once a second.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class ConversationLocks:
    """A lock per conversation, forgotten when nobody holds or awaits it."""

    def __init__(self) -> None:
        """Begin with no locks."""
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    def __len__(self) -> int:
        """Return how many conversations are at work now."""
        return len(self._locks)

    @asynccontextmanager
    async def holding(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait until no other turn of the conversation runs, and hold the others off."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        self._users[conversation_id] = self._users.get(conversation_id, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[conversation_id] -= 1
            if not self._users[conversation_id]:
                del self._users[conversation_id], self._locks[conversation_id]
