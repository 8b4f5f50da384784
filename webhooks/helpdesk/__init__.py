"""The helpdesk's doors: its calls, and the live conversation for its people."""
