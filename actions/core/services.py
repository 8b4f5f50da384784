"""What actions work with; made once at the start and handed to each of them."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from actions.core.contacts import Contacts
from clients.hub import Hub
from clients.messaging import Offer
from wire.clock import Clock


class Keeper(Protocol):
    """The vault, as `clients.vault.Vault` offers it."""

    def put(self, value: str, lifetime: timedelta = ..., /) -> str:
        """Keep a value and return its reference."""

    def get(self, reference: str, /) -> str:
        """Return the value that a reference names."""


class Vault:
    """The vault for coroutines: its calls wait in a thread, so that no other turn waits."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    async def put(self, value: str, lifetime: timedelta) -> str:
        """Keep a value and return its reference.

        Raises:
            Unreachable: the vault did not take it.
        """
        return await asyncio.to_thread(self._keeper.put, value, lifetime)

    async def get(self, reference: str) -> str:
        """Return the value that a reference names.

        Raises:
            VaultExpired: there is none any more.
            Unreachable: the vault did not answer.
            Nonsense: what lies there was altered.
        """
        return await asyncio.to_thread(self._keeper.get, reference)


class Offers(Protocol):
    """The messaging service's door, as `clients.messaging.MessagingClient` offers it."""

    def offer(self, conversation_id: str, /) -> Offer | None:
        """Return the facts of an offer; None: there is nobody to pass anything on to."""


class Desk:
    """The helpdesk's facts for coroutines."""

    def __init__(self, offers: Offers) -> None:
        self._offers = offers

    async def offer(self, conversation_id: str) -> Offer | None:
        """Return what may be said when a person is offered; None: there is no helpdesk.

        Raises:
            Unreachable, Refused, Nonsense: it is not known.
        """
        return await asyncio.to_thread(self._offers.offer, conversation_id)


@dataclass(frozen=True, kw_only=True)
class Services:
    """The neighbours and facts that a journey may use."""

    hub: Hub
    vault: Vault
    clock: Clock
    contacts: Contacts
    desk: Desk | None = None
    """None: this process cannot ask the messaging service."""
