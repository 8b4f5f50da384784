"""What a helpdesk tells, kept once until the workers deal with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from clients.helpdesk import Event, EventKind
from clients.sealing import Sealer
from messaging.handoff import relays, words
from messaging.store.database import Database
from wire.clock import Clock

LINK: Final = "link"
"""A reply of this word alone asks for a fresh link; the parent does not get it."""


class HelpdeskInbox:
    """Keeps what a helpdesk tells by itself, once, however often it is told."""

    def __init__(self, *, database: Database, adapter: str, seal_key: bytes, clock: Clock) -> None:
        """Take where they are kept."""
        self._database = database
        self._adapter = adapter
        self._sealer = Sealer(seal_key)
        self._clock = clock

    def keep(self, events: Sequence[Event]) -> int:
        """Keep what is new and not our own; return how much that is.

        Raises:
            DatabaseAway: nothing is kept.
        """
        with self._database.transaction() as connection:
            return take_in(connection, self._sealer, self._adapter, events, now=self._clock.now())


def take_in(
    connection: Connection,
    sealer: Sealer,
    adapter: str,
    events: Sequence[Event],
    *,
    now: datetime,
) -> int:
    """Keep events that are new and not our own, commands parted from words; return how many."""
    new = 0
    for event in events:
        if relays.is_ours(connection, adapter, event.remote_id):
            continue
        for one, is_command in _parted(event):
            new += relays.add(
                connection,
                sealer,
                case_id=None,
                adapter=adapter,
                direction=relays.IN,
                cause=f"in/{_digest(adapter, one['remote_id'])}",
                kind=one["kind"],
                body={**one, "by_command": is_command},
                now=now,
                remote_id=one["remote_id"],
            )
    return new


def _parted(event: Event) -> list[tuple[dict[str, Any], bool]]:
    document = {**asdict(event), "kind": str(event.kind)}
    if event.kind is not EventKind.REPLY:
        return [(document, False)]
    if event.text.strip().casefold() == LINK:
        return [({**document, "kind": LINK}, True)]
    reply = words.read_reply(event.text)
    found = [({**document, "text": reply.text, "files": 0}, False)]
    if event.files:
        # An event of their own: a helpdesk may tell of the words before their files are there.
        files_id = f"{event.remote_id}#files"
        found.append(({**document, "remote_id": files_id, "text": ""}, False))
    if reply.command is not None:
        command_id = f"{event.remote_id}#{reply.command}"
        found.append(
            ({**document, "kind": reply.command, "remote_id": command_id, "text": ""}, True)
        )
    return found


def _digest(adapter: str, remote_id: str) -> str:
    return hashlib.sha256(f"{adapter}/{remote_id}".encode()).hexdigest()
