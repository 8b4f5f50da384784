"""Helpdesks: one port, an adapter a module. docs/helpdesk.md says how to write another."""

from clients.helpdesk.port import (
    LONGEST_CALL_S,
    Entry,
    Event,
    EventKind,
    Helpdesk,
    Opened,
    Ticket,
)

__all__ = ["LONGEST_CALL_S", "Entry", "Event", "EventKind", "Helpdesk", "Opened", "Ticket"]
