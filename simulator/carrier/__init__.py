"""Twilio: its REST API, its webhooks and callbacks, its console and its debugger."""
