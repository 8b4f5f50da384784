"""Helpdesks: one port, an adapter a module. docs/helpdesk.md says how to write another."""

from clients.helpdesk.port import Entry, Event, EventKind, Helpdesk, Opened, Ticket

__all__ = ["Entry", "Event", "EventKind", "Helpdesk", "Opened", "Ticket"]
