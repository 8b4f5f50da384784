"""`POST /webhooks/helpdesk/<key>`: the helpdesk says that something happened.

It is believed as far as its key goes; what it tells is stored and answered at once, since some
helpdesks keep their people waiting for us, and dealt with by the workers. A call that never comes
costs time, not words: the helpdesk is asked for its news all the same.
"""

import hmac
from collections.abc import Sequence
from typing import Protocol

import structlog
from flask import abort, request
from flask.typing import ResponseReturnValue

from clients.errors import Nonsense
from clients.helpdesk import Event, Helpdesk
from webhooks.guards import GuardedBlueprint

PATH = "/webhooks/helpdesk"

_log = structlog.get_logger(__name__)


class Inbox(Protocol):
    """What is asked of `messaging.handoff.inbox.HelpdeskInbox`."""

    def keep(self, events: Sequence[Event]) -> int:
        """Keep what is new."""


def blueprint(*, helpdesk: Helpdesk, inbox: Inbox, key: str) -> GuardedBlueprint:
    """Return the door; only who knows the key finds it."""

    def guard() -> None:
        given = str((request.view_args or {}).get("key", ""))
        if not hmac.compare_digest(given.encode(), key.encode()):
            _log.warning("helpdesk.call_refused")
            abort(404)

    door = GuardedBlueprint("helpdesk_calls", __name__, guard=guard, url_prefix=PATH)

    @door.post("/<key>")
    def call(key: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard has read it
        try:
            events = helpdesk.parse(dict(request.headers), request.get_data())
        except Nonsense:
            abort(400)
        _log.info("helpdesk.called", new=inbox.keep(events), told=len(events))
        return "", 202

    return door
