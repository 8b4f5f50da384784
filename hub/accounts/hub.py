"""What every use case works with, handed in as one object."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hub.accounts.limits import Limits
from hub.accounts.passwords import Hasher
from hub.store.engine import Store
from hub.store.sealing import Lookup, Sealer
from wire.clock import Clock


class Texts(Protocol):
    """The messaging service, as the hub needs it; `clients.messaging` is the one there is."""

    def send(
        self, *, to: str, body: str, purpose: str, valid_for_s: int, idempotency_key: str
    ) -> str:
        """Hand a text over and return its id."""

    def state(self, text_id: str) -> tuple[str, str | None]:
        """Return a text's state and the reason for it."""


class Mails(Protocol):
    """The mail server, as the hub needs it; `clients.mail` is the one there is."""

    def send(self, *, to: str, subject: str, plain: str, html: str, message_id: str) -> None:
        """Hand a mail over."""


@dataclass(frozen=True, kw_only=True)
class Hub:
    """The hub's parts. Everything that a use case touches outside itself is one of them."""

    store: Store
    clock: Clock
    limits: Limits
    sealer: Sealer
    lookup: Lookup
    code_key: bytes = field(repr=False)
    hasher: Hasher
    texts: Texts
    mails: Mails
    public_url: str
    public_host: str
    contact: Mapping[str, str]
    """`phone`, `email` and `hours` of the helpdesk, as far as they are configured."""
    number_regions: tuple[str, ...]
    allow_drama_numbers: bool
    mail_waiting: threading.Event = field(default_factory=threading.Event)
    """Set when the outbox has something that no request waits for; the relay then looks at once."""
