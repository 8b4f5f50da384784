"""A person takes over: who speaks in a conversation, and what goes to and fro with the helpdesk."""
