"""Conversations in Redis: found, or an error; never silently a new one."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any, Final

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.errors import TrackerUnavailable
from bot.stores import events, trimming

log = logging.getLogger(__name__)

PREFIX: Final = "rasa:tracker:"
PROBE: Final = "rasa:probe"
TIMEOUT_S: Final = 2.0
PROBE_LIFE_S: Final = 60
LIFE_WHERE_SESSIONS_NEVER_END_S: Final = 24 * 60 * 60


class RedisTrackers(TrackerStore):
    """Keeps each conversation as one JSON value that dies with its session.

    Its failures must reach the caller, so it is never wrapped in Rasa's FailSafeTrackerStore.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Make the store; it connects when it is first used.

        Args:
            domain: set again when the model is loaded.
            event_broker: must be None: what conversations hold goes nowhere else.
            host: a `redis://`, `rediss://` or `unix://` URL (`url` in endpoints.yml).
            kwargs: none are known.
        """
        if event_broker is not None or kwargs or not host:
            raise TypeError("RedisTrackers takes a url, no event broker and no further options")
        super().__init__(domain, None)
        self._redis: Redis[str] = Redis.from_url(
            host,
            decode_responses=True,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            # One more try: a connection that lay idle while Redis was restarted is dead.
            retry=Retry(NoBackoff(), 1),
            retry_on_error=[ConnectionError],
        )

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return a conversation; None when there is none.

        Raises:
            TrackerUnavailable: Redis could not be asked, or what it holds cannot be read.
        """
        document = await self._ask(self._redis.get(PREFIX + sender_id))
        if document is None:
            return None
        return DialogueStateTracker.from_events(
            sender_id, events.from_json(document), self.domain.slots
        )

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store a conversation until its session would have expired.

        Raises:
            TrackerUnavailable: Redis has not confirmed it.
        """
        document = events.to_json(trimming.trimmed(tracker))
        await self._ask(self._redis.set(PREFIX + tracker.sender_id, document, ex=self.life_s))

    async def keys(self) -> Iterable[str]:
        """Return the ids of all kept conversations."""
        found = self._redis.scan_iter(match=PREFIX + "*")
        return [key.removeprefix(PREFIX) async for key in found]

    @property
    def life_s(self) -> int:
        """Seconds after its last message that a conversation is kept: as long as its session."""
        config = self.domain.session_config
        if not config.are_sessions_enabled():
            return LIFE_WHERE_SESSIONS_NEVER_END_S
        return int(config.session_expiration_time * 60)

    async def prove_writable(self) -> None:
        """Write something, since a Redis that is full or a replica still answers questions.

        Raises:
            TrackerUnavailable: it cannot be done.
        """
        await self._ask(self._redis.set(PROBE, "1", ex=PROBE_LIFE_S))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.close(close_connection_pool=True)

    async def _ask(self, command: Any) -> Any:
        try:
            return await command
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            log.warning("tracker.unavailable", extra={"error": type(error).__name__})
            raise TrackerUnavailable(type(error).__name__) from error
